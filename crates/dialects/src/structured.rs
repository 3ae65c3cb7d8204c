//! Configurations in XML and JSON, as devices print them for programs: recognised, and not read.

use memchr::memmem;
use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::source::{Source, Span};

/// How much of a file is looked at.
const LOOKED_AT: usize = 1 << 20;

/// A form in which a platform prints its configuration for programs.
pub(crate) struct Form {
    /// Completes "this is …".
    pub what: &'static str,
    /// The command that prints the configuration as text.
    pub instead: &'static str,
    /// With what the text begins.
    pub begin: char,
    /// What stands in it, all of these, where BGP is configured.
    pub words: &'static [&'static str],
}

impl Form {
    fn fits(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
        text.trim_start().starts_with(self.begin)
            && self
                .words
                .iter()
                .all(|word| memmem::find(head, word.as_bytes()).is_some())
    }
}

/// The form that a text is in, of a platform's.
pub(crate) fn form<'f>(text: &str, forms: &'f [Form]) -> Option<&'f Form> {
    forms.iter().find(|form| form.fits(text))
}

/// A network of which nothing is known but that it stands there.
pub(crate) fn unread(source: &Source, form: &Form) -> Network {
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let line = text
        .get(start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or("");
    let mut network = Network::default();
    network.remarks.push(Remark {
        span: Span {
            source: source.id,
            start: start as u32,
            end: (start + line.len()) as u32,
        },
        kind: RemarkKind::Truncated {
            what: format!("{}, which is not read", form.what),
            instead: form.instead.to_owned(),
        },
    });
    network
}

#[cfg(test)]
mod tests {
    use pairlint_model::network::RemarkKind;
    use pairlint_model::source::{Source, SourceId};

    #[test]
    fn what_is_printed_for_programs_is_not_passed_over() {
        for (dialect, text) in [
            (
                "juniper-junos",
                "<rpc-reply xmlns:junos=\"http://xml.juniper.net/junos/21.4R0/junos\">\n<configuration>\n<protocols><bgp>\n\
                 <group><name>MS</name><peer-as>12076</peer-as></group>\n</bgp></protocols>\n</configuration>\n</rpc-reply>\n",
            ),
            (
                "juniper-junos",
                "{\n  \"configuration\" : {\n    \"protocols\" : { \"bgp\" : { \"group\" : [] } }\n  }\n}\n",
            ),
            (
                "arista-eos",
                "{\"cmds\": {\"router bgp 65010\": {\"cmds\": {\"neighbor 192.0.2.2 remote-as 12076\": null}}}}\n",
            ),
        ] {
            let source = Source::new(SourceId(0), "edge1", text);
            let found = crate::detect(&source);
            let names: Vec<&str> = found.iter().map(|dialect| dialect.name).collect();
            assert_eq!(names, [dialect], "{text}");
            let network = crate::parse(&source, &found);
            assert!(network.devices.is_empty());
            let remarks = network.remarks.iter().map(|remark| &remark.kind);
            let cut = remarks.filter(|kind| matches!(kind, RemarkKind::Truncated { .. }));
            assert_eq!(cut.count(), 1, "{text}");
        }
        for text in [
            "{\"configuration\": {\"protocols\": []}}",
            "<configuration><appSettings/></configuration>",
        ] {
            assert!(
                crate::detect(&Source::new(SourceId(0), "app", text)).is_empty(),
                "{text}"
            );
        }
    }
}
