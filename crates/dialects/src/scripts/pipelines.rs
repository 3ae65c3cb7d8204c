//! Pipelines of Azure DevOps and GitHub: the scripts in them. A block of lines keeps its places.

use pairlint_model::source::{Source, Span};

use super::shell::Flavor;
use super::world::World;
use super::{posix, powershell, tells};
use crate::documents::yaml::{self, Text};
use crate::documents::{Node, Object};

const SHELLS: &[&str] = &["bash", "script", "run", "inlineScript", "inline", "commands"];
const POWERSHELLS: &[&str] = &["pwsh", "powershell"];
const MAXIMUM_DEPTH: u32 = 64;

pub(super) fn run(source: &Source) -> Vec<World> {
    let text = source.text();
    let keys = SHELLS.iter().chain(POWERSHELLS);
    if !keys.into_iter().any(|key| text.contains(&format!("{key}:"))) {
        return Vec::new();
    }
    let plain = Text::new(text);
    let mut worlds = Vec::new();
    for document in yaml::documents(&plain, source.id) {
        visit(source, &document.root, 0, &mut worlds);
    }
    worlds
}

fn visit(source: &Source, node: &Node<'_>, depth: u32, worlds: &mut Vec<World>) {
    if depth > MAXIMUM_DEPTH {
        return;
    }
    for item in node.list().unwrap_or(&[]) {
        visit(source, item, depth + 1, worlds);
    }
    let Some(object) = node.object() else { return };
    for property in &object.0 {
        let key: &str = &property.key;
        let shell = SHELLS.iter().any(|known| known.eq_ignore_ascii_case(key));
        let powershell = POWERSHELLS.iter().any(|known| known.eq_ignore_ascii_case(key));
        match property
            .value
            .text()
            .filter(|text| (shell || powershell) && tells(text))
        {
            Some(_) => {
                let powershell = powershell || is_powershell(object);
                worlds.push(script(source, property.value.span, powershell));
            }
            None => visit(source, &property.value, depth + 1, worlds),
        }
    }
}

fn script(source: &Source, span: Span, powershell: bool) -> World {
    let (start, end) = (span.start as usize, span.end as usize);
    match powershell {
        true => powershell::run(source, start, end),
        false => posix::run(source, start, end, Flavor::Posix),
    }
}

/// Which shell the step names: `scriptType: ps`, `azurePowerShellVersion`, `shell: pwsh`.
fn is_powershell(object: &Object<'_>) -> bool {
    let text = |key: &str| {
        object
            .get(key)
            .and_then(Node::text)
            .unwrap_or("")
            .to_ascii_lowercase()
    };
    let kind = text("scriptType");
    kind.starts_with("ps")
        || object.has("azurePowerShellVersion")
        || object.has("azPSVersion")
        || matches!(text("shell").as_str(), "pwsh" | "powershell")
}
