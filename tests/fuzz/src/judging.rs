//! A whole check: what is read is judged.

use std::sync::LazyLock;

use pairlint_lint::settings::{Environment, Settings};
use pairlint_lint::tables::Tables;
use pairlint_model::network::Network;
use pairlint_model::source::{Source, Sources};

use super::chosen;
use super::files::files;
use super::places::checked;

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::embedded);

/// Router configurations and exports, with an environment that needs some of them.
pub fn judge(bytes: &[u8]) {
    let check = || {
        let sources = files("edge.cfg", bytes);
        let mut network = Network::default();
        for source in &sources {
            network.extend(pairlint_dialects::parse(
                source,
                &pairlint_dialects::detect(source),
            ));
        }
        if network.is_empty() {
            return String::new();
        }
        let settings = Settings {
            environments: vec![Environment {
                name: "prod".to_owned(),
                region: "europe".to_owned(),
                ..Environment::default()
            }],
            all_policies: true,
            ..Settings::default()
        };
        let sources = Sources::from(sources);
        let report = pairlint_lint::check(&network, &sources, &TABLES, &settings);
        let sources: Vec<Source> = sources.into();
        checked(&report, &sources)
    };
    let first = check();
    assert!(
        !chosen(bytes) || first == check(),
        "judged again, it is something else"
    );
}
