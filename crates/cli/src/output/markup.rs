//! Text from files and rules inside HTML, XML and Markdown: what could end an element, start one, or mean
//! something in Markdown is written as a reference.

/// Escapes for text and quoted attributes of HTML and XML. Characters that XML 1.0 does not allow (2.2) become U+FFFD.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

/// The same for an attribute's value, in which a line break would be read as a space (XML 1.0, 3.3.3).
pub fn attribute(text: &str) -> String {
    escaped(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Text for Markdown on one line, a table's cell included. Text between backticks becomes code.
pub fn markdown(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        match at % 2 {
            0 => out.push_str(&plain(part)),
            _ => out.push_str(&code(part)),
        }
    }
    out
}

/// Code on one line. An element, not backticks: it may hold backticks itself, and GitHub makes no mentions and
/// references of what it holds.
pub fn code(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("<code>{}</code>", plain(text)),
    }
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            // Someone of that name is not meant, and no issue of that number.
            '@' => out.push_str("&#64;&#8203;"),
            '#' if !out.ends_with('&') => out.push_str("&#35;&#8203;"),
            '`' | '*' | '_' | '~' | '[' | ']' | '|' | '\\' | '!' | '$' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out
}

/// Lines as they are, for Markdown and HTML. An empty line would end the element in Markdown only for other elements
/// than `pre` (CommonMark 0.31, 4.6).
pub fn preformatted(text: &str) -> String {
    format!("<pre>{}</pre>", escaped(text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            escaped("a<b>&\"'\u{1b}\n"),
            "a&lt;b&gt;&amp;&quot;&#39;\u{fffd}\n"
        );
        assert_eq!(attribute("a\nb\t\"c\""), "a&#10;b&#9;&quot;c&quot;");
        assert_eq!(preformatted("a\n\n</pre>\n"), "<pre>a\n\n&lt;/pre&gt;</pre>");
    }

    #[test]
    fn markdown_is_written_on_one_line() {
        check("a | b", "a &#124; b");
        check(
            "filter `rf|x` lacks\n`12076:51003`",
            "filter <code>rf&#124;x</code> lacks <code>12076:51003</code>",
        );
        check("*a* _b_ [c](d)", "&#42;a&#42; &#95;b&#95; &#91;c&#93;(d)");
        check("one ` only", "one &#96; only");
        check("@all, #12 <img>", "&#64;&#8203;all, &#35;&#8203;12 &lt;img&gt;");
        check("it's", "it&#39;s");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(markdown(text), expected);
    }
}
