//! `${resource.property[0]["key"]}` in texts ("Interpolation", Pulumi YAML language reference).

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Literal(&'t str),
    Reference(Reference<'t>),
    /// Something in braces that is no reference.
    Broken(&'t str),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference<'t> {
    pub root: &'t str,
    pub path: Vec<Access<'t>>,
    /// As written, without the braces.
    pub text: &'t str,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Access<'t> {
    Member(&'t str),
    Index(usize),
}

pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, behind) = rest.split_at(at);
        // `$${` stands for `${`.
        if let Some(before) = before.strip_suffix('$') {
            if !before.is_empty() {
                pieces.push(Piece::Literal(before));
            }
            pieces.push(Piece::Literal("${"));
            rest = behind.get(2..).unwrap_or("");
            continue;
        }
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        let inner = behind.get(2..).unwrap_or("");
        let Some(end) = inner.find('}') else {
            pieces.push(Piece::Broken(inner));
            return pieces;
        };
        let (inner, behind) = inner.split_at(end);
        pieces.push(match reference(inner) {
            Some(reference) => Piece::Reference(reference),
            None => Piece::Broken(inner),
        });
        rest = behind.get(1..).unwrap_or("");
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// Reads what stands between the braces.
pub(super) fn reference(text: &str) -> Option<Reference<'_>> {
    let text = text.trim();
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (root, mut rest) = text.split_at(end);
    // Names of configuration may carry the project: `project:key`.
    let named = !root.is_empty()
        && root
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '$' | '/'));
    if !named {
        return None;
    }
    let mut path = Vec::new();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('.') {
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let (name, behind) = inner.split_at(end);
            if name.is_empty() {
                return None;
            }
            path.push(Access::Member(name));
            rest = behind;
        } else {
            let inner = rest.strip_prefix('[')?;
            let (index, behind) = inner.split_once(']')?;
            path.push(match index.strip_prefix(['"', '\'']) {
                Some(name) => Access::Member(name.trim_end_matches(['"', '\''])),
                None => Access::Index(index.trim().parse().ok()?),
            });
            rest = behind;
        }
    }
    Some(Reference { root, path, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_literals_and_references() {
        assert_eq!(
            pieces("a${rf.rules[0][\"name\"]}b$${c}"),
            [
                Piece::Literal("a"),
                Piece::Reference(Reference {
                    root: "rf",
                    path: vec![Access::Member("rules"), Access::Index(0), Access::Member("name")],
                    text: "rf.rules[0][\"name\"]"
                }),
                Piece::Literal("b"),
                Piece::Literal("${"),
                Piece::Literal("c}"),
            ]
        );
        assert_eq!(pieces(""), [Piece::Literal("")]);
        assert_eq!(pieces("${a b}"), [Piece::Broken("a b")]);
        assert_eq!(pieces("${"), [Piece::Broken("")]);
    }
}
