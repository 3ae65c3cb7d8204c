//! What actions do to the route.

use pairlint_model::bgp::{AsPathSegment, Asn};
use pairlint_model::policy::{Action, Call, NumberEdit, Verdict};
use pairlint_model::source::Spanned;

use super::{Ending, Flow, Walk};
use crate::guesses::Key;

impl<'a: 'w, 'w> Walk<'a, 'w> {
    /// Runs an action; a verdict ends everything.
    pub(super) fn act(&mut self, action: &Spanned<Action>, pending: &mut Option<Verdict>) -> Option<Verdict> {
        let route = &mut self.route;
        match &action.value {
            Action::SetCommunities(set) => route.communities = set.iter().copied().collect(),
            Action::AddCommunities(set) => route.communities.extend(set),
            Action::DeleteCommunityList { name } => {
                let all = route.communities.clone();
                for community in all {
                    if self.judge.matcher.permits_alone(name, community, self.guesses) {
                        self.route.communities.remove(&community);
                    }
                }
            }
            Action::DeleteMeantCommunities { name, seen } => {
                let all = route.communities.clone();
                for community in all {
                    let matcher = &self.judge.matcher;
                    if matcher.permits_meant(name, community, *seen, self.guesses) {
                        self.route.communities.remove(&community);
                    }
                }
            }
            Action::DeleteCommunities(patterns) => {
                let all = route.communities.clone();
                for community in all {
                    if patterns
                        .iter()
                        .any(|p| self.judge.matcher.means(p, action.span, community, self.guesses))
                    {
                        self.route.communities.remove(&community);
                    }
                }
            }
            Action::KeepCommunityList { name } => {
                let all = route.communities.clone();
                for community in all {
                    if !self.judge.matcher.permits_alone(name, community, self.guesses) {
                        self.route.communities.remove(&community);
                    }
                }
            }
            Action::KeepCommunities(patterns) => {
                let all = route.communities.clone();
                for community in all {
                    if !patterns
                        .iter()
                        .any(|p| self.judge.matcher.means(p, action.span, community, self.guesses))
                    {
                        self.route.communities.remove(&community);
                    }
                }
            }
            Action::SetLargeCommunities(set) => route.large_communities = set.iter().copied().collect(),
            Action::AddLargeCommunities(set) => route.large_communities.extend(set),
            Action::DeleteLargeCommunityList { name } => {
                let all = route.large_communities.clone();
                for community in all {
                    if self
                        .judge
                        .matcher
                        .permits_large_alone(name, community, self.guesses)
                    {
                        self.route.large_communities.remove(&community);
                    }
                }
            }
            Action::DeleteMeantLargeCommunities { name } => {
                let all = route.large_communities.clone();
                for community in all {
                    let matcher = &self.judge.matcher;
                    if matcher.permits_large_meant(name, community, self.guesses) {
                        self.route.large_communities.remove(&community);
                    }
                }
            }
            Action::SetLocalPreference(edit) => {
                // A change starts from the default of 100 (RFC 4271 leaves it to the platform; all use 100).
                route.local_preference = Some(edited(route.local_preference.unwrap_or(100), *edit));
            }
            Action::SetMed(edit) => {
                route.med = match (edit, route.med) {
                    (NumberEdit::To(value), _) => Some(*value),
                    (_, known) => known.map(|med| edited(med, *edit)),
                };
            }
            Action::SetWeight(weight) => route.weight = Some(*weight),
            Action::SetOrigin(origin) => route.origin = Some(*origin),
            Action::PrependAsPath(asns) => {
                let front = asns.iter().map(|&asn: &Asn| AsPathSegment::As(asn));
                route.as_path.0.splice(0..0, front);
            }
            Action::Pending(verdict) => *pending = Some(*verdict),
            Action::Default(verdict) => self.default = Some(*verdict),
            Action::Call { policy, kind } => return self.call(policy, *kind, pending),
            Action::Inert => {}
            Action::Unsupported => self.poisoned = Some(action.span),
        }
        None
    }

    fn call(&mut self, name: &Spanned<String>, kind: Call, pending: &mut Option<Verdict>) -> Option<Verdict> {
        let Some(policy) = self.judge.device.policies.get(&name.value) else {
            let truth = self.judge.device.platform.undefined_call_accepts;
            let text = || {
                format!(
                    "what the platform does where it calls the undefined policy `{}`",
                    name.value
                )
            };
            let key = Key::Undefined("call", name.value.clone());
            let accepts = self.guesses.truth(truth, key, Some(name.span), text);
            self.step(name.span, format!("policy `{}` is not defined", name.value));
            return (!accepts).then_some(Verdict::Reject);
        };
        match kind {
            Call::Gate => {
                let mut own = None;
                let ending = self.policy(policy, &mut own);
                (self.ending(policy, ending, own) == Flow::Reject).then_some(Verdict::Reject)
            }
            Call::Inline => match self.policy(policy, pending) {
                Ending::Decided(verdict) => Some(verdict),
                Ending::NextPolicy | Ending::EndOfPolicy => None,
            },
        }
    }
}

pub(crate) fn edited(value: u32, edit: NumberEdit) -> u32 {
    match edit {
        NumberEdit::To(new) => new,
        NumberEdit::Add(more) => value.saturating_add(more),
        NumberEdit::Subtract(less) => value.saturating_sub(less),
    }
}
