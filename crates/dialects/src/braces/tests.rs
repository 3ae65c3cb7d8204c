use super::*;

const SYNTAX: Syntax = Syntax {
    commands: &[
        ("set", Command::Set),
        ("delete", Command::Delete),
        ("deactivate", Command::Deactivate),
        ("activate", Command::Activate),
        ("rename", Command::Rename),
        ("insert", Command::Insert),
        ("edit", Command::Edit),
        ("top", Command::Top),
        ("show", Command::Show),
        ("up", Command::Unknown),
    ],
    modifiers: &[
        ("inactive:", Modifier::Inactive),
        ("replace:", Modifier::Replace),
        ("delete:", Modifier::Delete),
        ("protect:", Modifier::Nothing),
    ],
    quotes: b"\"",
    ending: Ending::Semicolon,
    capture: |line| match line {
        "---(more)---" => Capture::Noise,
        _ if line.starts_with("me@r1>") => Capture::Prompt(6),
        _ => line
            .strip_prefix("[edit")
            .and_then(|rest| rest.strip_suffix(']'))
            .map_or(Capture::Text, Capture::Within),
    },
};

/// Writes every path to a leaf on a line, inactive words with `!` before them.
fn paths(tree: &Tree<'_>) -> String {
    let mut out = String::new();
    let mut stack = vec![(NodeId::ROOT, String::new())];
    while let Some((node, path)) = stack.pop() {
        let children: Vec<NodeId> = tree.every_child(node).collect();
        if children.is_empty() && node != NodeId::ROOT {
            out.push_str(path.trim_start());
            out.push('\n');
        }
        for &child in children.iter().rev() {
            let mark = if tree.is_inactive(child) { "!" } else { "" };
            stack.push((child, format!("{path} {mark}{}", tree.word(child))));
        }
    }
    out
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let tree = read(text, &SYNTAX);
    assert_eq!(paths(&tree).lines().collect::<Vec<_>>(), expected);
}

#[test]
fn both_forms_give_one_tree() {
    let expected = [
        "policy p term a from community x",
        "policy p term a from community y",
        "policy p term a then next term",
        "policy p then reject",
    ];
    check(
        "policy p {\n term a {\n from community [ x y ];\n then {\n next term;\n }\n }\n then reject;\n}\n",
        &expected,
    );
    check(
        "set policy p term a from community x\nset policy p term a from community y\n\
         set policy p term a then next term\nset policy p then reject\n",
        &expected,
    );
    check(
        "policy p { term a { from community [x y]; then next term; } then reject; }",
        &expected,
    );
}

#[test]
fn quoted_words_lose_their_marks_and_keep_their_place() {
    let text = "a \"b c\";\nd \"\\\"e\\\"\" f;\n";
    let tree = read(text, &SYNTAX);
    assert_eq!(paths(&tree), "a b c\nd \\\"e\\\" f\n");
    let quoted = tree.path(NodeId::ROOT, &["a", "b c"]).unwrap();
    assert!(tree.is_quoted(quoted));
    assert_eq!(tree.head(quoted), (0, 7));
}

#[test]
fn a_quotation_mark_without_partner_costs_its_line() {
    check("key foo bar\";\nnext x;\n", &["key foo bar\"", "next x"]);
    check(
        "description \"open;\nnext \"x\";\n",
        &["description open", "next x"],
    );
    // A string may run over lines where its end looks like one.
    let tree = read("key \"\nAB CD\nEF\n\";\nnext x;\n", &SYNTAX);
    assert_eq!(paths(&tree), "key \nAB CD\nEF\n\nnext x\n");
}

#[test]
fn comments_are_not_text() {
    check("/* a { b; */ c; # d;\n## e\nf /* g */ h;\n", &["c", "f h"]);
    // Without its end a comment hides one line, not the file.
    check("/* open\nc d;\n", &["c d"]);
}

#[test]
fn modifiers_and_commands_edit_the_tree() {
    check(
        "a { inactive: b c; protect: d; inactive: protect: e { f; } }",
        &["a b !c", "a d", "a !e f"],
    );
    check("a { b c; b d; }\na { replace: b e; }\n", &["a b e"]);
    check("a { b { c; } }\na { replace: b { d; } }\n", &["a b d"]);
    check("a { b; c; }\na { delete: b; }\n", &["a c"]);
    check(
        "set a b c\nset a b d\ndeactivate a b c\ndelete a b d\n",
        &["a b !c"],
    );
    check("set a b\ndeactivate a\nactivate a\n", &["a b"]);
    check(
        "set a t 1\nset a t 2\nset a t 3\ninsert a t 3 before t 1\n",
        &["a t 3", "a t 1", "a t 2"],
    );
    check(
        "set a t 1\nset a t 2\nset a t 3\ninsert a t 1 after t 3\n",
        &["a t 2", "a t 3", "a t 1"],
    );
    check(
        "set a t 1 x\nrename a t 1 to t 9\nset a t 9 y\n",
        &["a t 9 x", "a t 9 y"],
    );
    check(
        "edit a b\nset c\ntop\nset d\ntop set e [ f g ] # h\n",
        &["a b c", "d", "e f", "e g"],
    );
}

#[test]
fn captures_lose_what_the_terminal_added() {
    check(
        "me@r1> show configuration\na {\n---(more)---\n b;\n}\nme@r1> \n",
        &["a b"],
    );
    check(
        "[edit a b]\nme@r1> show\nc {\n d;\n}\n\n[edit]\nme@r1> set e\n",
        &["a b c d", "e"],
    );
    check(
        "[edit a]\nme@r1> show b | display x\nc {\n d;\n}\nset e f\nme@r1> set g\nme@r1> show configuration h\ni;\n",
        &["a b c d", "a g", "e f", "h i"],
    );
    let tree = read("a {\n b {\nme@r1> set c\n", &SYNTAX);
    assert_eq!(paths(&tree), "a b\nc\n");
    assert_eq!(tree.unclosed, Some((0, 3)));
}

#[test]
fn a_missing_semicolon_ends_with_the_line_and_is_remembered() {
    let text = "g {\n    export <Out>\n    import <In>\n    peer 1;\n    then\n        accept;\n}\n";
    let tree = read(text, &SYNTAX);
    assert_eq!(
        paths(&tree),
        "g export <Out>\ng import <In>\ng peer 1\ng then accept\n"
    );
    let unended: Vec<&str> = tree
        .unended
        .iter()
        .filter_map(|w| text.get(w.start as usize..w.end as usize))
        .collect();
    assert_eq!(unended, ["export <Out>", "import <In>"]);
}

#[test]
fn statements_of_a_language_without_semicolons_end_with_the_line() {
    let syntax = Syntax {
        ending: Ending::Line,
        ..SYNTAX
    };
    let tree = read("a {\n b c\n d e {\n  f\n }\n}\n", &syntax);
    assert_eq!(paths(&tree), "a b c\na d e f\n");
    assert!(tree.unended.is_empty());
}

#[test]
fn parentheses_and_brackets_make_one_word_or_a_list() {
    check("import ( A && !B );", &["import ( A && !B )"]);
    check(
        "set import [ ( A || B ) C ]\n",
        &["import ( A || B )", "import C"],
    );
    check("members [ 1:[23] ^4$ ];", &["members 1:[23]", "members ^4$"]);
    check("import ( A && B;\nx;", &["import ( A && B", "x"]);
    check(
        "import [ A B\n C;\nx;",
        &["import A", "import B", "import C", "x"],
    );
}

#[test]
fn a_list_may_have_thousands_of_items_and_repeat_none() {
    let items: String = (0..5000).map(|n| format!("{} ", n % 3000)).collect();
    let text = format!("a [ {items}];");
    let tree = read(&text, &SYNTAX);
    let a = tree.child(NodeId::ROOT, "a").unwrap();
    assert_eq!(tree.children(a).count(), 3000);
    assert!(tree.child(a, "2999").is_some() && tree.child(a, "3000").is_none());
}

#[test]
fn what_is_too_deep_is_skipped_not_forgotten() {
    let deep = "a { ".repeat(100_000) + "b;" + &"}".repeat(100_000) + "c d;";
    let tree = read(&deep, &SYNTAX);
    assert_eq!(tree.skipped.len(), 1);
    assert!(tree.path(NodeId::ROOT, &["c", "d"]).is_some());
    let long = "set ".to_owned() + &"a ".repeat(100_000) + "\nset b\n";
    let tree = read(&long, &SYNTAX);
    assert_eq!(tree.skipped.len(), 1);
    assert!(tree.child(NodeId::ROOT, "b").is_some());
    let open = "{".repeat(1_000_000);
    assert_eq!(read(&open, &SYNTAX).skipped.len(), 1);
}

#[test]
fn any_text_is_read_to_its_end() {
    for text in [
        "",
        ";",
        "}",
        "}}}",
        "{",
        "[",
        "]",
        "(",
        "\"",
        "\"\\",
        "#",
        "/*",
        "/",
        "set",
        "set ",
        "set [",
        "a [",
        "a [ b",
        "\u{feff}a",
        "é ü;",
        "a \"é",
        "\0\0\0",
        "replace:;",
        "inactive:",
        "delete:;",
        "rename a to",
        "insert a before",
        "insert x before y",
        "edit",
        "top top",
        "a{b{c}}",
        "a;;;b",
        "delete",
        "deactivate",
        "[edit",
        "me@r1> ",
    ] {
        read(text, &SYNTAX);
    }
}

#[test]
fn inherited_words_know_where_they_come_from() {
    let mut tree = read("set g x y\nset a b\n", &SYNTAX);
    let from = tree.path(NodeId::ROOT, &["g", "x"]).unwrap();
    let to = tree.path(NodeId::ROOT, &["a"]).unwrap();
    let copy = tree.inherit(to, from, 3).unwrap();
    assert_eq!(
        (tree.rank(copy), tree.origin(copy), tree.word(copy)),
        (3, from, "x")
    );
    assert_eq!(tree.inherit(to, from, 4), Some(copy));
}
