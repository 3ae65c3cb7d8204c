//! `stale-table`: facts that are older than Microsoft's own cycle decided a finding.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::tables::TableInfo;
use crate::words::and;

pub(super) static RULE: Rule = Rule {
    name: "stale-table",
    severity: Severity::Note,
    summary: "a reference table older than 90 days decided a finding",
    page: include_str!("../../../../docs/rules/stale-table.md"),
    check,
};

/// Microsoft asks to refresh its address lists at least this often.
const DAYS: i64 = 90;

/// The rules whose findings say what a table says.
const DECIDED_BY_TABLES: &[&str] = &[
    "ambiguous-region-pair",
    "extra-community",
    "gateway-region-unreachable",
    "half-region-pair",
    "local-sku-region",
    "maximum-prefix-too-low",
    "missing-region-community",
    "regional-prefix-rejected",
    "required-community-rejected",
    "required-prefix-rejected",
    "stale-community",
    "stale-prefix-entry",
    "standard-sku-geography",
    "substitute-community",
    "undocumented-region-community",
    "unknown-community",
    "unneeded-community-accepted",
    "wrong-cloud-community",
];

/// Looks at what the other rules found, so it stands last in the list of rules.
fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let decided = |finding: &&Diagnostic| DECIDED_BY_TABLES.contains(&finding.rule);
    let first = found.iter().filter(decided).filter_map(|finding| finding.labels.first()).min_by_key(|l| l.span);
    let Some(place) = first.map(|label| label.span) else { return };
    let old: Vec<(TableInfo, i64)> = tables_in_use(cx)
        .into_iter()
        .filter_map(|table| {
            let age = cx.settings.today - days(table.retrieved.as_deref()?)?;
            (age > DAYS).then_some((table, age))
        })
        .collect();
    if old.is_empty() {
        return;
    }
    let words: Vec<String> = old.iter().map(|(table, age)| format!("`{}` is {age} days old", table.name)).collect();
    let names: Vec<&str> = old.iter().map(|(table, _)| table.name.as_str()).collect();
    found.push(
        RULE.at(format!("this run's findings rest on old tables: {}", and(&words)))
            .label(place, "the first of them")
            .help(
                "give newer ones with `--tables`: a service-tags download, and the output of `az network \
                 route-filter rule list-service-communities -o json`",
            )
            .fact("tables", names),
    );
}

/// The tables that something asked for, without an embedded one that a supplied one stands before.
fn tables_in_use(cx: &Context<'_>) -> Vec<TableInfo> {
    let mut tables = cx.tables.consulted();
    if tables.iter().any(|table| table.supplied && table.name == "service-communities") {
        tables.retain(|table| table.supplied || table.name != "azure-communities");
    }
    // The names of Azure regions do not age: a new one is simply not there.
    tables.retain(|table| table.name != "region-aliases");
    tables
}

/// Days since 1970-01-01 of an ISO date (Gregorian; the algorithm counts from March so that the leap day is
/// the last of its year).
fn days(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;
    use crate::testing::Case;

    #[test]
    fn dates_count_from_1970() {
        for (date, expected) in [
            ("1970-01-01", Some(0)),
            ("1970-03-01", Some(59)),
            ("2000-02-29", Some(11_016)),
            ("2026-03-12", Some(20_524)),
            ("2026", None),
            ("2026-13-01", None),
            ("", None),
        ] {
            assert_eq!(days(date), expected, "{date}");
        }
    }

    #[test]
    fn old_tables_are_said_once_where_they_decided_something() {
        let old = || Case::region("europe").today("2027-01-01").filter("rf", &["12076:51002"]);
        assert_eq!(old().filter("rf2", &["12076:51002"]).run(RULE.name).len(), 1);
        let clean = Case::region("europe").today("2027-01-01").filter("rf", &["12076:51002", "12076:51003"]);
        assert!(clean.run(RULE.name).is_empty());
        let fresh = Case::region("europe").today("2026-03-20").filter("rf", &["12076:51002"]);
        assert!(fresh.run(RULE.name).is_empty());
    }

    #[test]
    fn it_is_the_last_rule() {
        assert_eq!(rules::ALL.last().map(|rule| rule.name), Some(RULE.name));
    }
}
