//! Operators, and the functions of templates that are spelled out operators.

use pairlint_model::source::Span;

use super::expr::Op;
use super::reach::derived;
use super::value::{Kind, Value};

/// Applies an operator.
pub(super) fn operate<'a>(op: Op, a: Value<'a>, b: Value<'a>, span: Span) -> Value<'a> {
    let decided = match (op, &a.kind, &b.kind) {
        (Op::Coalesce, ..) => None,
        (Op::Or, _, Kind::Bool(true)) | (Op::And, Kind::Bool(true), Kind::Bool(true)) => {
            Some(Kind::Bool(true))
        }
        (Op::And, _, Kind::Bool(false)) | (Op::Or, Kind::Bool(false), Kind::Bool(false)) => {
            Some(Kind::Bool(false))
        }
        (Op::Equal, ..) => a.equals(&b).map(Kind::Bool),
        (Op::NotEqual, ..) => a.equals(&b).map(|equal| Kind::Bool(!equal)),
        (Op::Like, Kind::Text(a), Kind::Text(b)) => Some(Kind::Bool(a.to_lowercase() == b.to_lowercase())),
        (Op::NotLike, Kind::Text(a), Kind::Text(b)) => Some(Kind::Bool(a.to_lowercase() != b.to_lowercase())),
        (_, Kind::Int(a), Kind::Int(b)) => number(op, *a, *b),
        (_, Kind::Text(a), Kind::Text(b)) => compared(op, a.cmp(b)),
        _ => None,
    };
    match decided {
        Some(kind) => Value::new(kind, span),
        None => derived(&format!("{op:?}"), &[a, b], span),
    }
}

fn compared<'a>(op: Op, order: std::cmp::Ordering) -> Option<Kind<'a>> {
    Some(Kind::Bool(match op {
        Op::Less => order.is_lt(),
        Op::LessOrEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        Op::GreaterOrEqual => order.is_ge(),
        _ => return None,
    }))
}

fn number<'a>(op: Op, a: i64, b: i64) -> Option<Kind<'a>> {
    let number = match op {
        Op::Add => a.checked_add(b)?,
        Op::Subtract => a.checked_sub(b)?,
        Op::Multiply => a.checked_mul(b)?,
        Op::Divide => a.checked_div(b)?,
        Op::Modulo => a.checked_rem(b)?,
        _ => return compared(op, a.cmp(&b)),
    };
    Some(Kind::Int(number))
}
