//! The dialects.

use pairlint_dialects::{DIALECTS, Dialect, Fit, Kind};
use pairlint_model::network::{Device, Network};
use pairlint_model::source::{Source, SourceId};

use super::chosen;
use super::files::files;
use super::places::checked;

fn named(name: &str) -> &'static Dialect {
    pairlint_dialects::named(name).unwrap_or_else(|| panic!("there is no dialect `{name}`"))
}

/// A dialect, on one file.
pub fn alone(dialect: &str, name: &str, bytes: &[u8]) {
    let dialect = named(dialect);
    let read = || {
        let source = [Source::new(SourceId(0), name, String::from_utf8_lossy(bytes))];
        let fit = (dialect.detect)(&source[0]);
        let network = (dialect.parse)(&source[0]);
        network.devices.iter().for_each(lines_add_up);
        (fit, checked(&network, &source))
    };
    again(bytes, read);
}

/// A dialect whose files are read together.
pub fn together(dialect: &str, first: &str, bytes: &[u8]) {
    let dialect = named(dialect);
    let together = dialect.together.as_ref().expect("files that are read together");
    let read = || {
        let sources = files(first, bytes);
        let fits: Vec<Fit> = sources.iter().map(dialect.detect).collect();
        let all: Vec<&Source> = sources.iter().collect();
        let needs = (together.needs)(&all);
        (fits, needs, checked(&(together.parse)(&all), &sources))
    };
    again(bytes, read);
}

/// What every dialect thinks of a text; the reading of those that it may be in.
pub fn detect(bytes: &[u8]) {
    let read = || {
        let sources = files("input", bytes);
        let mut network = Network::default();
        for source in &sources {
            // A capture may hold an export and a configuration, but a configuration is of one platform.
            let routers = DIALECTS.iter().filter(|dialect| dialect.kind == Kind::Router);
            let certain = routers.filter(|dialect| (dialect.detect)(source) == Fit::Certain);
            let certain: Vec<&str> = certain.map(|dialect| dialect.name).collect();
            assert!(certain.len() < 2, "{} is certainly in {certain:?}", source.name);
            network.extend(pairlint_dialects::parse(
                source,
                &pairlint_dialects::detect(source),
            ));
        }
        checked(&network, &sources)
    };
    again(bytes, read);
}

fn again<T: PartialEq>(bytes: &[u8], read: impl Fn() -> T) {
    let first = read();
    assert!(
        !chosen(bytes) || first == read(),
        "read again, it is something else"
    );
}

/// No line is counted twice.
fn lines_add_up(device: &Device) {
    let lines = device.lines;
    let known = lines.read.checked_add(lines.ignored).expect("few lines");
    assert!(
        known <= lines.relevant && lines.relevant <= lines.total,
        "{lines:?}"
    );
    device.readings.iter().for_each(lines_add_up);
}
