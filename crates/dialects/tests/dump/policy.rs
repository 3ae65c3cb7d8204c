//! Policies and lists as readable text.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use pairlint_model::bgp::Family;
use pairlint_model::network::Protocol;
use pairlint_model::policy::{
    AccessList, AccessPattern, Action, AsPathList, AsPathTest, CommunityList, CommunityMatch,
    CommunityPattern, CommunityTest, Condition, ListFamily, NumberEdit, Outcome, PolicyExpression,
    PrefixEntry, PrefixList, PrefixMatch, PrefixPattern, RoutePolicy, Verdict,
};

use super::{Out, list_family};

impl Out<'_> {
    pub fn policy(&mut self, policy: &RoutePolicy) {
        let mut line = format!(
            "policy {}{}, end {:?}",
            policy.name.value,
            self.at(policy.name.span),
            policy.end
        );
        if policy.sees_sets {
            line.push_str(", sees sets");
        }
        if policy.failed_match_rejects_pending {
            line.push_str(", failed match rejects pending");
        }
        self.put(1, line);
        for statement in &policy.statements {
            let condition = self.condition(&statement.condition);
            let actions = statement
                .actions
                .iter()
                .map(|action| self.action(&action.value) + ", ");
            let actions: String = actions.collect();
            let outcome = match statement.outcome {
                Outcome::GoTo(index) => format!("go to #{index}"),
                other => format!("{other:?}").to_lowercase(),
            };
            let at = self.at(statement.head);
            self.put(
                2,
                format!("{}{at} if {condition}: {actions}{outcome}", statement.label),
            );
        }
    }

    pub fn condition(&self, condition: &Condition) -> String {
        let joined = |conditions: &[Condition], word: &str| {
            let parts: Vec<String> = conditions
                .iter()
                .map(|condition| self.condition(condition))
                .collect();
            format!("({})", parts.join(word))
        };
        match condition {
            Condition::All(conditions) if conditions.is_empty() => "always".to_owned(),
            Condition::Any(conditions) if conditions.is_empty() => "never".to_owned(),
            Condition::All(conditions) => joined(conditions, " and "),
            Condition::Any(conditions) => joined(conditions, " or "),
            Condition::Not(condition) => format!("not {}", self.condition(condition)),
            Condition::PrefixList { name, family, how } => {
                let how = match how {
                    PrefixMatch::Listed => String::new(),
                    other => format!(" {other:?}").to_lowercase(),
                };
                format!(
                    "{} prefixes {}{how}{}",
                    list_family(*family),
                    name.value,
                    self.at(name.span)
                )
            }
            Condition::Prefixes(entries) => format!(
                "prefixes [{}]",
                entries.iter().map(prefix_entry).collect::<String>()
            ),
            Condition::LongestPrefix(entries) => {
                let entries = entries
                    .iter()
                    .map(|entry| format!(" {}: {}", entry.prefix, prefix_pattern(&entry.pattern)));
                format!("longest of [{}]", entries.collect::<String>())
            }
            Condition::AccessList { name, family } => {
                format!("{family} access list {}{}", name.value, self.at(name.span))
            }
            Condition::CommunityList { name, how } => {
                format!(
                    "communities {}{}{}",
                    name.value,
                    community_match(*how),
                    self.at(name.span)
                )
            }
            Condition::Community(test) => format!("community {}", self.community_test(&test.value)),
            Condition::CommunityCount(range) => format!("{range:?} communities"),
            Condition::LargeCommunityList { name, how } => {
                format!(
                    "large communities {}{}{}",
                    name.value,
                    community_match(*how),
                    self.at(name.span)
                )
            }
            Condition::ExtendedCommunityList { name, how } => {
                format!(
                    "extended communities {}{}{}",
                    name.value,
                    community_match(*how),
                    self.at(name.span)
                )
            }
            Condition::AsPathList { name } => format!("AS path {}{}", name.value, self.at(name.span)),
            Condition::AsPath(test) => format!("AS path {}", as_path_test(&test.value)),
            Condition::AsPathLength { hops, unique } => {
                format!("{hops:?} hops{}", if *unique { " unique" } else { "" })
            }
            Condition::LocalPreference(range) => format!("local preference {}", number_range(range)),
            Condition::Med(range) => format!("MED {}", number_range(range)),
            Condition::Origin(origin) => format!("origin {origin:?}"),
            Condition::Family(family) => format!("family {family}"),
            Condition::PolicyList { name } => format!("policy list {}{}", name.value, self.at(name.span)),
            Condition::Policy { chain, default } => {
                let chain: Vec<String> = chain.iter().map(expression).collect();
                format!("policy accepts [{}] else {default:?}", chain.join(", "))
            }
            Condition::Constant(constant) => constant.to_string(),
            // On import, which most snapshots show.
            Condition::Protocol(protocol) => (*protocol == Protocol::Bgp).to_string(),
            Condition::Undecidable { span, on } => format!("UNDECIDED on {on}{}", self.at(*span)),
            Condition::Unsupported(span) => format!("NOT INTERPRETED{}", self.at(*span)),
        }
    }

    fn action(&self, action: &Action) -> String {
        let list = |values: &dyn Debug| {
            let text = format!("{values:?}");
            text.replace("Community { asn: ", "")
                .replace(", value: ", ":")
                .replace(" }", "")
        };
        match action {
            Action::SetCommunities(values) => format!("communities = {}", list(values)),
            Action::AddCommunities(values) => format!("communities + {}", list(values)),
            Action::DeleteCommunityList { name } => format!("communities - list {}", name.value),
            Action::DeleteMeantCommunities { name, seen } => {
                format!("communities - values of list {} in {seen} characters", name.value)
            }
            Action::KeepCommunityList { name } => format!("communities & list {}", name.value),
            Action::KeepCommunities(patterns) => {
                let patterns: Vec<String> = patterns.iter().map(community_pattern).collect();
                format!("communities & {}", patterns.join(" "))
            }
            Action::DeleteCommunities(patterns) => {
                let patterns: Vec<String> = patterns.iter().map(community_pattern).collect();
                format!("communities - {}", patterns.join(" "))
            }
            Action::SetLargeCommunities(values) => format!("large communities = {values:?}"),
            Action::AddLargeCommunities(values) => format!("large communities + {values:?}"),
            Action::DeleteLargeCommunityList { name } => format!("large communities - list {}", name.value),
            Action::DeleteMeantLargeCommunities { name } => {
                format!("large communities - values of list {}", name.value)
            }
            Action::SetLocalPreference(edit) => format!("local preference {}", number_edit(*edit)),
            Action::SetMed(edit) => format!("MED {}", number_edit(*edit)),
            Action::SetWeight(weight) => format!("weight = {weight}"),
            Action::SetOrigin(origin) => format!("origin = {origin:?}"),
            Action::PrependAsPath(path) => {
                let path: Vec<String> = path.iter().map(ToString::to_string).collect();
                format!("prepend {}", path.join(" "))
            }
            Action::Pending(verdict) => format!("pending {}", sign(*verdict)),
            Action::Default(verdict) => format!("default {}", sign(*verdict)),
            Action::Call { policy, kind } => format!("{kind:?} {}", policy.value).to_lowercase(),
            Action::Inert => "inert".to_owned(),
            Action::Unsupported => "NOT INTERPRETED".to_owned(),
        }
    }

    pub fn prefix_list(&mut self, list: &PrefixList, family: ListFamily) {
        let entries: String = list.entries.iter().map(prefix_entry).collect();
        let at = self.at(list.span);
        self.put(
            1,
            format!(
                "{} prefix list {}{at}:{entries}",
                list_family(family),
                list.name.value
            ),
        );
    }

    pub fn community_list(&mut self, what: &str, list: &CommunityList) {
        let entries = list
            .entries
            .iter()
            .map(|entry| format!(" {}{}", sign(entry.verdict), self.community_test(&entry.test)));
        let entries: String = entries.collect();
        let at = self.at(list.span);
        self.put(1, format!("{what} {}{at}:{entries}", list.name.value));
    }

    fn community_test(&self, test: &CommunityTest) -> String {
        let joined = |tests: &[CommunityTest], word: &str| {
            let tests: Vec<String> = tests.iter().map(|test| self.community_test(test)).collect();
            format!("({})", tests.join(word))
        };
        match test {
            CommunityTest::Always => "any route".to_owned(),
            CommunityTest::Line(patterns) => {
                let patterns: Vec<String> = patterns
                    .iter()
                    .map(|pattern| community_pattern(&pattern.value))
                    .collect();
                patterns.join("&")
            }
            CommunityTest::Text(regex) => {
                let regex = &regex.value;
                format!(
                    "/{}/ in {:?}, {:?}",
                    regex.expression, regex.rendering, regex.syntax
                )
            }
            CommunityTest::All(tests) => joined(tests, " and "),
            CommunityTest::Any(tests) => joined(tests, " or "),
            CommunityTest::Not(test) => format!("not {}", self.community_test(test)),
            CommunityTest::Empty => "no community".to_owned(),
            CommunityTest::Unsupported(span) => format!("NOT INTERPRETED{}", self.at(*span)),
        }
    }

    pub fn as_path_list(&mut self, list: &AsPathList) {
        let entries = list
            .entries
            .iter()
            .map(|entry| format!(" {}{}", sign(entry.verdict), as_path_test(&entry.test)));
        let entries: String = entries.collect();
        let at = self.at(list.span);
        self.put(1, format!("AS-path list {}{at}:{entries}", list.name.value));
    }

    pub fn access_list(&mut self, list: &AccessList, family: Family) {
        let entries = list.entries.iter().map(|entry| {
            let pattern = match &entry.pattern {
                AccessPattern::Address { address, wildcard } => format!("{address}~{wildcard}"),
                AccessPattern::AddressAndMask {
                    address,
                    wildcard,
                    mask,
                    mask_wildcard,
                } => format!("{address}~{wildcard} mask {mask}~{mask_wildcard}"),
                AccessPattern::Prefix { prefix, exact } => {
                    format!("{prefix}{}", if *exact { " exactly" } else { "" })
                }
                AccessPattern::Any => "any".to_owned(),
                AccessPattern::Unsupported => "NOT INTERPRETED".to_owned(),
            };
            format!(" {}{pattern}", sign(entry.verdict))
        });
        let entries: String = entries.collect();
        let at = self.at(list.span);
        self.put(
            1,
            format!("{family} access list {}{at}:{entries}", list.name.value),
        );
    }
}

pub fn expression(expression: &PolicyExpression) -> String {
    let joined = |expressions: &[PolicyExpression], word: &str| {
        let parts: Vec<String> = expressions.iter().map(self::expression).collect();
        format!("({})", parts.join(word))
    };
    match expression {
        PolicyExpression::Policy(name) => format!("policy {}", name.value),
        PolicyExpression::And(expressions) => joined(expressions, " and "),
        PolicyExpression::Or(expressions) => joined(expressions, " or "),
        PolicyExpression::Not(inner) => format!("not {}", self::expression(inner)),
        PolicyExpression::Unsupported(_) => "NOT INTERPRETED".to_owned(),
    }
}

fn sign(verdict: Verdict) -> char {
    match verdict {
        Verdict::Accept => '+',
        Verdict::Reject => '-',
    }
}

fn prefix_entry(entry: &PrefixEntry) -> String {
    format!(" {}{}", sign(entry.verdict), prefix_pattern(&entry.pattern))
}

fn prefix_pattern(pattern: &PrefixPattern) -> String {
    let lengths = |lengths: &RangeInclusive<u8>| format!("{{{}-{}}}", lengths.start(), lengths.end());
    match pattern {
        PrefixPattern::Range {
            prefix,
            lengths: range,
        } => format!("{prefix}{}", lengths(range)),
        PrefixPattern::Masked {
            address,
            mask,
            lengths: range,
        } => format!("{address}&{mask}{}", lengths(range)),
        PrefixPattern::Any => "any".to_owned(),
        PrefixPattern::Unsupported => "NOT INTERPRETED".to_owned(),
    }
}

fn community_match(how: CommunityMatch) -> String {
    match how {
        CommunityMatch::Listed => String::new(),
        other => format!(" {other:?}").to_lowercase(),
    }
}

fn community_pattern(pattern: &CommunityPattern) -> String {
    match pattern {
        CommunityPattern::Exactly(community) => community.to_string(),
        CommunityPattern::Large(large) => large.to_string(),
        CommunityPattern::Range { asn, value } => format!("{asn:?}:{value:?}"),
        CommunityPattern::Text { expression, .. } => format!("/{expression}/"),
        CommunityPattern::Halves { asn, value, .. } => format!("/{asn}/:/{value}/"),
        CommunityPattern::Other => "(other kind)".to_owned(),
        CommunityPattern::Unsupported => "NOT INTERPRETED".to_owned(),
    }
}

fn as_path_test(test: &AsPathTest) -> String {
    match test {
        AsPathTest::Regex { expression, syntax } => format!("/{expression}/ {syntax:?}"),
        other => format!("{other:?}"),
    }
}

fn number_edit(edit: NumberEdit) -> String {
    match edit {
        NumberEdit::To(value) => format!("= {value}"),
        NumberEdit::Add(value) => format!("+ {value}"),
        NumberEdit::Subtract(value) => format!("- {value}"),
    }
}

fn number_range(range: &RangeInclusive<u32>) -> String {
    match range.start() == range.end() {
        true => range.start().to_string(),
        false => format!("{}-{}", range.start(), range.end()),
    }
}
