//! Comments and the values that they stand beside.

use pairlint_model::source::{Span, Spanned};

/// The comment that belongs to a value: on its line, with nothing but punctuation between. `comments` are in the
/// order of the text.
pub fn beside<T: Clone>(text: &str, comments: &[Spanned<T>], span: Span) -> Option<Spanned<T>> {
    let after = comments.partition_point(|comment| comment.span.start < span.end);
    let follows = |from: u32, to: u32| {
        let between = text.get(from as usize..to as usize).unwrap_or("\n");
        between.chars().all(|c| matches!(c, ' ' | '\t' | ',' | ']' | '}'))
    };
    let behind = comments
        .get(after)
        .filter(|comment| follows(span.end, comment.span.start));
    let before = || {
        let before = after.checked_sub(1).and_then(|before| comments.get(before))?;
        let apart = text.get(before.span.end as usize..span.start as usize)?;
        apart.chars().all(|c| matches!(c, ' ' | '\t')).then_some(before)
    };
    behind.or_else(before).cloned()
}
