//! Templates that are not rendered yet: what stands between braces is put out of the way, so that the rest reads as YAML.
//!
//! The text keeps its length, and places stay what they are. A value becomes a mark, which makes it unknown; a line
//! that is nothing but a directive becomes a comment with the mark in it, which leaves open what the directive makes of
//! the document ("Template Functions and Pipelines", Helm).

use std::borrow::Cow;

/// Stands for what is not rendered; two bytes long, and in no name of Azure's.
pub(super) const MARK: char = 'Ƶ';

pub(super) fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains("{{") {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, behind) = rest.split_at(at);
        masked.push_str(before);
        let end = behind.find("}}").map_or(behind.len(), |end| end + 2);
        let (inside, after) = behind.split_at(end);
        let starts_line = masked
            .rsplit('\n')
            .next()
            .is_some_and(|line| line.trim_matches([' ', '\t', '\r']).is_empty());
        let ends_line = after
            .split('\n')
            .next()
            .is_some_and(|line| line.trim().is_empty());
        if starts_line && (ends_line || inside.contains('\n')) {
            comment(inside, &mut masked);
        } else {
            mark(inside, &mut masked);
        }
        rest = after;
    }
    masked.push_str(rest);
    Cow::Owned(masked)
}

/// As many bytes of marks; what is left over is a letter, or a blank line end.
fn mark(inside: &str, masked: &mut String) {
    let mut length = inside.len();
    while length >= 2 {
        masked.push(MARK);
        length -= 2;
    }
    if length == 1 {
        masked.push('x');
    }
}

/// A comment on each line of the directive.
fn comment(inside: &str, masked: &mut String) {
    for line in inside.split_inclusive('\n') {
        let (content, end) = match line.strip_suffix('\n') {
            Some(content) => (content, "\n"),
            None => (line, ""),
        };
        if !content.is_empty() {
            masked.push('#');
            mark(content.get(1..).unwrap_or(""), masked);
            let written = 1 + content.get(1..).unwrap_or("").len();
            masked.extend(std::iter::repeat_n(
                ' ',
                content.len() - written.min(content.len()),
            ));
        }
        masked.push_str(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_keeps_its_length() {
        for text in [
            "a: {{ .Values.a }}\nb: 1\n",
            "{{- if .x }}\na: 1\n  {{- end }}\n",
            "a: \"{{ .x }}-{{ .yy }}\"\n",
            "{{/* some\n words é */}}\na: 1",
            "a: {{ open",
        ] {
            let masked = masked(text);
            assert_eq!(masked.len(), text.len(), "{text} {masked}");
            assert_eq!(masked.matches('\n').count(), text.matches('\n').count());
            assert!(masked.contains(MARK), "{masked}");
        }
        assert!(masked("  {{- end }}\n").starts_with("  #Ƶ"));
    }
}
