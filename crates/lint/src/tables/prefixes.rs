//! Service tags by Azure region: the prefixes of a region and of Power Platform in it.
//!
//! The text layout is ours (`rules/README.md`): a few header lines, then one section for each region and
//! tag, one prefix a line. A section is parsed when it is first asked for.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use pairlint_model::bgp::{self, IpNet};

use super::sheet::{TableError, TableInfo, invalid, is_iso_date};
use super::{Cloud, NAME_SERVICE_TAGS};

/// The service tags that the tables hold, each by region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceTag {
    /// All of a region.
    AzureCloud,
    /// Where managed connectors call out from.
    AzureConnectors,
    /// The service side of Power Platform: what customers connect to.
    PowerPlatformInfra,
    /// Code that Power Platform runs for customers: what connects to them.
    PowerPlatformPlex,
}

impl ServiceTag {
    pub const ALL: [ServiceTag; 4] = [
        ServiceTag::AzureCloud,
        ServiceTag::AzureConnectors,
        ServiceTag::PowerPlatformInfra,
        ServiceTag::PowerPlatformPlex,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            ServiceTag::AzureCloud => "AzureCloud",
            ServiceTag::AzureConnectors => "AzureConnectors",
            ServiceTag::PowerPlatformInfra => "PowerPlatformInfra",
            ServiceTag::PowerPlatformPlex => "PowerPlatformPlex",
        }
    }
}

impl fmt::Display for ServiceTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ServiceTag {
    type Err = bgp::NotAValue;

    fn from_str(text: &str) -> Result<ServiceTag, bgp::NotAValue> {
        ServiceTag::ALL
            .into_iter()
            .find(|tag| tag.name() == text)
            .ok_or(bgp::NotAValue)
    }
}

/// The name under which a table keeps what the tag without a region holds and no regional tag does.
pub const NO_REGION: &str = "global";

/// The service tags of one cloud, by region.
#[derive(Debug)]
pub struct PrefixTable {
    pub cloud: Cloud,
    pub source: String,
    /// The ISO date of the download; `None` where it is not known.
    pub retrieved: Option<String>,
    /// Microsoft's number of this version of the list.
    pub change: String,
    /// Sorted by region and tag.
    sections: Vec<Section>,
    supplied: bool,
}

#[derive(Debug)]
struct Section {
    region: String,
    tag: ServiceTag,
    /// The lines that `prefixes` are parsed from; empty where they came parsed.
    text: &'static str,
    /// Sorted, IPv4 first.
    prefixes: OnceLock<Vec<IpNet>>,
}

impl Section {
    fn prefixes(&self) -> &[IpNet] {
        self.prefixes.get_or_init(|| {
            let line = |line| entry(line).expect("tests check the embedded tables");
            self.text.lines().map(line).collect()
        })
    }

    fn len(&self) -> usize {
        self.prefixes
            .get()
            .map_or_else(|| self.text.lines().count(), Vec::len)
    }
}

impl PrefixTable {
    /// Takes the embedded text, whose sections are cut here and parsed when they are needed.
    pub(super) fn embedded(text: &'static str) -> PrefixTable {
        let (mut table, sections) = outline(text).expect("tests check the embedded tables");
        table.sections = sections
            .map(|section| {
                let (region, tag, text) = section.expect("tests check the embedded tables");
                Section {
                    region: region.to_owned(),
                    tag,
                    text,
                    prefixes: OnceLock::new(),
                }
            })
            .collect();
        table
    }

    /// Reads a whole text in our layout and checks all of it: order, uniqueness, host bits.
    pub fn parse(text: &str) -> Result<PrefixTable, TableError> {
        let (mut table, sections) = outline(text)?;
        table.supplied = true;
        for section in sections {
            let (region, tag, text) = section?;
            let at = |message: &str| invalid(NAME_SERVICE_TAGS, format!("[{region} {tag}]: {message}"));
            if table
                .sections
                .last()
                .is_some_and(|last| (last.region.as_str(), last.tag) >= (region, tag))
            {
                return Err(at("the section is out of order or stands twice"));
            }
            let mut prefixes: Vec<IpNet> = Vec::new();
            for line in text.lines() {
                let prefix = entry(line).ok_or_else(|| at(&format!("`{line}` is no prefix")))?;
                if prefixes.last().is_some_and(|last| *last >= prefix) {
                    return Err(at(&format!("{prefix} is out of order or stands twice")));
                }
                prefixes.push(prefix);
            }
            table.sections.push(Section {
                region: region.to_owned(),
                tag,
                text: "",
                prefixes: prefixes.into(),
            });
        }
        Ok(table)
    }

    /// Makes a table of prefixes from elsewhere; they are sorted, and doubles dropped.
    pub(super) fn of_sections(
        cloud: Cloud,
        source: String,
        change: String,
        sections: impl IntoIterator<Item = ((String, ServiceTag), Vec<IpNet>)>,
    ) -> PrefixTable {
        let mut sections: Vec<_> = sections
            .into_iter()
            .map(|((region, tag), mut prefixes)| {
                prefixes.sort_unstable();
                prefixes.dedup();
                Section {
                    region,
                    tag,
                    text: "",
                    prefixes: prefixes.into(),
                }
            })
            .collect();
        sections.sort_by(|a, b| (&a.region, a.tag).cmp(&(&b.region, b.tag)));
        PrefixTable {
            cloud,
            source,
            retrieved: None,
            change,
            sections,
            supplied: true,
        }
    }

    /// Returns the prefixes of a tag in a region, sorted, IPv4 first.
    pub fn prefixes(&self, azure_region: &str, tag: ServiceTag) -> &[IpNet] {
        let key = (azure_region, tag);
        let found = self
            .sections
            .binary_search_by(|section| (section.region.as_str(), section.tag).cmp(&key));
        found
            .ok()
            .and_then(|index| self.sections.get(index))
            .map_or(&[], Section::prefixes)
    }

    /// The regions and tags that have a section, in order.
    pub fn sections(&self) -> impl Iterator<Item = (&str, ServiceTag)> {
        self.sections
            .iter()
            .map(|section| (section.region.as_str(), section.tag))
    }

    /// The number of prefixes, without parsing them.
    pub fn entries(&self) -> usize {
        self.sections.iter().map(Section::len).sum()
    }

    pub(super) fn info(&self) -> TableInfo {
        TableInfo {
            name: format!("{NAME_SERVICE_TAGS}-{}", self.cloud),
            source: format!("{}, change {}", self.source, self.change),
            retrieved: self.retrieved.clone(),
            entries: self.entries(),
            supplied: self.supplied,
        }
    }

    /// Which sections have been parsed, for the test that a lookup parses no more than it needs.
    #[cfg(test)]
    pub(super) fn parsed(&self) -> Vec<(&str, ServiceTag)> {
        let parsed = self
            .sections
            .iter()
            .filter(|section| section.prefixes.get().is_some());
        parsed
            .map(|section| (section.region.as_str(), section.tag))
            .collect()
    }
}

impl fmt::Display for PrefixTable {
    /// Writes the layout that [`PrefixTable::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE} See rules/README.md.")?;
        writeln!(f, "cloud: {}", self.cloud)?;
        writeln!(f, "source: {}", self.source)?;
        writeln!(f, "retrieved: {}", self.retrieved.as_deref().unwrap_or("unknown"))?;
        writeln!(f, "change: {}", self.change)?;
        for section in &self.sections {
            writeln!(f, "[{} {}]", section.region, section.tag)?;
            for prefix in section.prefixes() {
                writeln!(f, "{prefix}")?;
            }
        }
        Ok(())
    }
}

/// How a text in our layout begins.
pub(super) const TITLE: &str = "# Azure service tags by region.";

type CutSection<'a> = Result<(&'a str, ServiceTag, &'a str), TableError>;

/// Reads the header and cuts the rest into sections, whose lines are left unread. No prefix holds a
/// bracket, so that each one opens a section.
fn outline(text: &str) -> Result<(PrefixTable, impl Iterator<Item = CutSection<'_>>), TableError> {
    let mut parts = text.split('[');
    let mut table = header(parts.next().unwrap_or_default())?;
    table.supplied = false;
    let sections = parts.map(|part| {
        let broken = || {
            let line = part.lines().next().unwrap_or_default();
            invalid(
                NAME_SERVICE_TAGS,
                format!("`[{line}` does not open a section: [region tag]"),
            )
        };
        let (title, rest) = part.split_once(']').ok_or_else(broken)?;
        let lines = rest
            .strip_prefix("\r\n")
            .or_else(|| rest.strip_prefix('\n'))
            .ok_or_else(broken)?;
        let (region, tag) = title.split_once(' ').ok_or_else(broken)?;
        let named = !region.is_empty()
            && region
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let tag = tag.parse().ok().filter(|_| named).ok_or_else(broken)?;
        Ok((region, tag, lines))
    });
    Ok((table, sections))
}

/// Reads the lines `key: value` before the first section.
fn header(text: &str) -> Result<PrefixTable, TableError> {
    let value = |key: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let found = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| *name == key);
        let value = found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty());
        value.ok_or_else(|| invalid(NAME_SERVICE_TAGS, format!("the header has no `{key}:`")))
    };
    let retrieved = Some(value("retrieved")?).filter(|date| *date != "unknown");
    if let Some(date) = retrieved.filter(|date| !is_iso_date(date)) {
        return Err(invalid(
            NAME_SERVICE_TAGS,
            format!("`{date}` is no date (YYYY-MM-DD)"),
        ));
    }
    let cloud = value("cloud")?;
    Ok(PrefixTable {
        cloud: cloud
            .parse()
            .map_err(|error| invalid(NAME_SERVICE_TAGS, format!("`{cloud}`: {error}")))?,
        source: value("source")?.to_owned(),
        retrieved: retrieved.map(str::to_owned),
        change: value("change")?.to_owned(),
        sections: Vec::new(),
        supplied: false,
    })
}

/// Reads a line that is a prefix without host bits.
fn entry(line: &str) -> Option<IpNet> {
    bgp::prefix(line).ok().filter(|prefix| prefix.trunc() == *prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "# Azure service tags by region.\ncloud: usgov\nsource: a test\nretrieved: 2026-07-20\nchange: 7\n";

    #[test]
    fn the_layout_round_trips() {
        let body = "[global AzureCloud]\n192.0.2.0/24\n[usgovtexas AzureCloud]\n198.51.100.0/25\n2001:db8::/32\n[usgovtexas PowerPlatformInfra]\n";
        let table = PrefixTable::parse(&format!("{HEADER}{body}")).unwrap();
        assert_eq!(
            (table.cloud, table.change.as_str(), table.entries()),
            (Cloud::UsGov, "7", 3)
        );
        let written = table.to_string();
        assert!(written.ends_with(body), "{written}");
        assert_eq!(PrefixTable::parse(&written).unwrap().to_string(), written);
        let texas = table.prefixes("usgovtexas", ServiceTag::AzureCloud);
        assert_eq!(
            texas.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["198.51.100.0/25", "2001:db8::/32"]
        );
        assert!(table.prefixes("usgovvirginia", ServiceTag::AzureCloud).is_empty());
    }

    #[test]
    fn a_damaged_text_is_an_error() {
        for (body, expected) in [
            (
                "[usgovtexas AzureCloud]\n192.0.2.1/24\n",
                "`192.0.2.1/24` is no prefix",
            ),
            ("[usgovtexas AzureCloud]\n192.0.2.0\n", "`192.0.2.0` is no prefix"),
            (
                "[usgovtexas AzureCloud]\n192.0.2.0/24\n192.0.2.0/24\n",
                "out of order or stands twice",
            ),
            (
                "[usgovtexas AzureCloud]\n198.51.100.0/24\n192.0.2.0/24\n",
                "out of order or stands twice",
            ),
            (
                "[usgovtexas AzureCloud]\n[usgovtexas AzureCloud]\n",
                "the section is out of order or stands twice",
            ),
            (
                "[usgovtexas Azure]\n",
                "`[usgovtexas Azure]` does not open a section",
            ),
            ("[US AzureCloud]\n", "does not open a section"),
            ("[usgovtexas AzureCloud", "does not open a section"),
        ] {
            let error = PrefixTable::parse(&format!("{HEADER}{body}"))
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{body:?}: {error}");
        }
        for (header, expected) in [
            ("", "the header has no `retrieved:`"),
            (
                "retrieved: 2026-07-20\ncloud: moon\nsource: x\nchange: 1\n",
                "`moon`: not a cloud",
            ),
            (
                "retrieved: yesterday\ncloud: usgov\nsource: x\nchange: 1\n",
                "`yesterday` is no date",
            ),
        ] {
            let error = PrefixTable::parse(header).unwrap_err().to_string();
            assert!(error.contains(expected), "{header:?}: {error}");
        }
    }
}
