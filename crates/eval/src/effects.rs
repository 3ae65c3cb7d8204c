//! What statements and actions do, in the words of a trace.

use std::fmt::Display;

use pairlint_model::bgp::Origin;
use pairlint_model::policy::{Action, NumberEdit, Outcome};

pub fn of_outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accept => "accepted",
        Outcome::Reject => "rejected",
        Outcome::Next | Outcome::GoTo(_) => "goes on",
        Outcome::NextPolicy => "goes on with the next policy",
        Outcome::EndOfPolicy => "ends the policy",
        Outcome::Unknown => "what follows is not interpreted",
    }
}

/// Says what an action does to the route; `None` for what tells its own story or changes nothing that is shown.
pub fn of_action(action: &Action) -> Option<String> {
    Some(match action {
        Action::SetCommunities(set) if set.is_empty() => "removes all communities".to_owned(),
        Action::SetCommunities(set) => format!("replaces the communities by {}", list(set)),
        Action::AddCommunities(set) => format!("adds {}", list(set)),
        Action::DeleteCommunityList { name } | Action::DeleteMeantCommunities { name, .. } => {
            format!("removes the communities that `{}` permits", name.value)
        }
        Action::KeepCommunityList { name } => {
            format!(
                "removes the communities that list `{}` does not permit",
                name.value
            )
        }
        Action::KeepCommunities(_) => "removes all communities but those that this names".to_owned(),
        Action::DeleteCommunities(_) => "removes the communities that this names".to_owned(),
        Action::SetLargeCommunities(set) if set.is_empty() => "removes all large communities".to_owned(),
        Action::SetLargeCommunities(set) => format!("replaces the large communities by {}", list(set)),
        Action::AddLargeCommunities(set) => format!("adds {}", list(set)),
        Action::DeleteLargeCommunityList { name } | Action::DeleteMeantLargeCommunities { name } => {
            format!("removes the large communities that `{}` permits", name.value)
        }
        Action::SetLocalPreference(edit) => number("local preference", *edit),
        Action::SetMed(edit) => number("MED", *edit),
        Action::SetWeight(weight) => format!("sets the weight to {weight}"),
        Action::SetOrigin(origin) => {
            let origin = match origin {
                Origin::Igp => "igp",
                Origin::Egp => "egp",
                Origin::Incomplete => "incomplete",
            };
            format!("sets the origin to {origin}")
        }
        Action::PrependAsPath(asns) => format!("prepends {}", list(asns)),
        Action::Unsupported => "not interpreted: may change the route".to_owned(),
        Action::Call { policy, .. } => format!("runs policy `{}`", policy.value),
        Action::Pending(_) | Action::Default(_) | Action::Inert => return None,
    })
}

fn list<T: Display>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    values.join(" ")
}

fn number(what: &str, edit: NumberEdit) -> String {
    match edit {
        NumberEdit::To(value) => format!("sets the {what} to {value}"),
        NumberEdit::Add(more) => format!("raises the {what} by {more}"),
        NumberEdit::Subtract(less) => format!("lowers the {what} by {less}"),
    }
}
