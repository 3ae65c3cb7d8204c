//! Small networks for the tests of rules, made by hand so that no dialect stands in between.

mod filters;
mod routers;

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::source::{SourceId, Sources, Span, Spanned};

pub use routers::session_verdicts;

use crate::settings::{Absence, Environment, Filtering, Settings};
use crate::tables::Tables;
use crate::{Context, Report, check};

/// A network under construction; its text grows with it, so that every span lies in a file.
pub struct Case {
    text: String,
    pub network: Network,
    pub settings: Settings,
    location: String,
}

const SOURCE: SourceId = SourceId(0);

impl Case {
    /// Nothing declared.
    pub fn new() -> Case {
        Case {
            text: String::new(),
            network: Network::default(),
            settings: Settings::default(),
            location: "westeurope".to_owned(),
        }
    }

    /// One environment, named like its region.
    pub fn region(region: &str) -> Case {
        Case::region_in(region, &[])
    }

    /// One environment with Azure regions of its own.
    pub fn region_in(region: &str, azure_regions: &[&str]) -> Case {
        Case::new().environment(region, |environment| {
            environment.azure_regions = owned(azure_regions)
        })
    }

    /// One more environment.
    pub fn environment(mut self, region: &str, change: impl FnOnce(&mut Environment)) -> Case {
        let mut environment = Environment {
            name: region.to_owned(),
            region: region.to_owned(),
            ..Environment::default()
        };
        change(&mut environment);
        self.settings.environments.push(environment);
        self
    }

    fn environment_mut(&mut self) -> &mut Environment {
        self.settings.environments.last_mut().expect("an environment")
    }

    pub fn route_filters(mut self, globs: &[&str]) -> Case {
        self.environment_mut().route_filters = owned(globs);
        self
    }

    pub fn devices(mut self, globs: &[&str]) -> Case {
        self.environment_mut().devices = owned(globs);
        self
    }

    pub fn allow(mut self, communities: &[&str]) -> Case {
        let communities = communities
            .iter()
            .map(|community| community.parse::<Community>().expect("a community"));
        self.settings.allow.communities.extend(communities);
        self
    }

    pub fn allow_services(mut self, services: &[&str]) -> Case {
        self.settings.allow.services = owned(services);
        self
    }

    pub fn allow_empty(mut self) -> Case {
        self.settings.allow_empty = true;
        self
    }

    pub fn gateway(mut self, region: &str) -> Case {
        self.settings.gateways.push(region.to_owned());
        self
    }

    pub fn filtering(mut self, filtering: Filtering) -> Case {
        self.settings.filtering = filtering;
        self
    }

    pub fn absence(mut self, absence: Absence) -> Case {
        self.settings.absence = absence;
        self
    }

    pub fn off(mut self, rule: &str) -> Case {
        self.settings.levels.insert(rule.to_owned(), None);
        self
    }

    pub fn level(mut self, rule: &str, severity: Severity) -> Case {
        self.settings.levels.insert(rule.to_owned(), Some(severity));
        self
    }

    /// The date that counts as today, in 1970 or later.
    pub fn today(mut self, date: &str) -> Case {
        let mut parts = date.split('-').map(|part| part.parse::<i64>().expect("a number"));
        let mut part = || parts.next().expect("year, month, day");
        let (year, month, day) = (part(), part(), part());
        let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let years: i64 = (1970..year).map(|year| 365 + leap(year)).sum();
        let before: i64 = months.iter().take(month as usize - 1).sum();
        let leap_day = if month > 2 { leap(year) } else { 0 };
        self.settings.today = years + before + leap_day + day - 1;
        self
    }

    /// The location of the filters that follow; none where it is empty.
    pub fn at(mut self, location: &str) -> Case {
        self.location = location.to_owned();
        self
    }

    /// Appends text and returns where it stands.
    fn write(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let end = self.text.len() as u32;
        Span {
            source: SOURCE,
            start,
            end,
        }
    }

    fn word(&mut self, text: &str) -> Spanned<String> {
        let span = self.write(text);
        self.write(" ");
        Spanned::new(span, text.to_owned())
    }

    pub fn remark(mut self, text: &str, kind: RemarkKind) -> Case {
        let span = self.word(text).span;
        self.network.remarks.push(Remark { span, kind });
        self
    }

    pub fn report(self) -> Report {
        let mut sources = Sources::default();
        sources.add("case", self.text);
        check(&self.network, &sources, &Tables::embedded(), &self.settings)
    }

    /// Looks at the network as a rule does.
    pub fn with_context<T>(self, look: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut sources = Sources::default();
        sources.add("case", self.text);
        let tables = Tables::embedded();
        look(&mut Context::new(
            &self.network,
            &sources,
            &tables,
            &self.settings,
        ))
    }

    pub fn diagnostics(self, rule: &str) -> Vec<Diagnostic> {
        let found = self.report().diagnostics.into_iter();
        found.filter(|finding| finding.rule == rule).collect()
    }

    /// The findings of a rule, as `severity: message @ text of the first label`.
    pub fn run(self, rule: &str) -> Vec<String> {
        let text = self.text.clone();
        let found = self.diagnostics(rule).into_iter();
        found
            .map(|finding| {
                let span = finding.labels.first().expect("a label").span;
                let at = text
                    .get(span.start as usize..span.end as usize)
                    .expect("a span of the text");
                format!("{}: {} @ {at}", finding.severity, finding.message)
            })
            .collect()
    }

    pub fn helps(self, rule: &str) -> Vec<String> {
        let found = self.diagnostics(rule).into_iter();
        found.map(|finding| finding.help.unwrap_or_default()).collect()
    }

    #[track_caller]
    pub fn finds(self, rule: &str, expected: &[&str]) {
        assert_eq!(self.run(rule), expected);
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
