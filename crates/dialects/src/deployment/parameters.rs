//! Which template a file of parameter values is for, by the names that people give them.

use std::collections::BTreeMap;

use super::{Given, Template};

/// Picks the templates of a folder that a parameter file belongs to: `main.parameters.json`,
/// `main.prod.parameters.json`, `azuredeploy.parameters.prod.json` by the start of the name, longest first;
/// `prod.parameters.json` where the folder holds one template only.
///
/// The second half says that the name tells.
fn template_of<'n>(file: &str, templates: impl Iterator<Item = &'n str>) -> Option<(&'n str, bool)> {
    let (folder, name) = split(file);
    let here: Vec<&str> = templates.filter(|template| split(template).0 == folder).collect();
    let stem = |template: &str| {
        let name = split(template).1.to_ascii_lowercase();
        name.rsplit_once('.')
            .map_or(name.clone(), |(stem, _)| stem.to_owned())
    };
    let name = name.to_ascii_lowercase();
    let by_name = here
        .iter()
        .filter(|template| {
            let rest = name.strip_prefix(&stem(template));
            rest.is_some_and(|rest| rest.starts_with(['.', '-', '_']))
        })
        .max_by_key(|template| stem(template).len());
    match (by_name, here.as_slice()) {
        (Some(template), _) => Some((template, true)),
        (None, [template]) => Some((template, false)),
        _ => None,
    }
}

/// The template that values are for. Where only the folder tells, it must declare all of them.
pub fn owner<'n>(given: &Given<'_>, templates: &'n BTreeMap<String, Template<'_>>) -> Option<&'n str> {
    let (name, by_name) = template_of(&given.name, templates.keys().map(String::as_str))?;
    let template = templates.get(name)?;
    let mut values = given.file.outputs.iter();
    let declared = values.all(|(name, _)| template.params.contains_key(&name.to_ascii_lowercase()));
    (by_name || declared).then_some(name)
}

/// The folder of a file, with its slash, and its name there.
pub fn split(name: &str) -> (&str, &str) {
    match name.rfind('/') {
        Some(slash) => name.split_at(slash + 1),
        None => ("", name),
    }
}

/// Resolves a path that stands in a file; `None` where it leads out of what the run can name.
pub fn resolve(file: &str, path: &str) -> Option<String> {
    if path.contains(':') || path.starts_with('/') {
        return None;
    }
    let absolute = file.starts_with('/');
    let mut segments: Vec<&str> = split(file)
        .0
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match segments.last() {
                Some(&last) if last != ".." => {
                    segments.pop();
                }
                _ if absolute => return None,
                _ => segments.push(".."),
            },
            part => segments.push(part),
        }
    }
    let path = segments.join("/");
    Some(if absolute { format!("/{path}") } else { path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_files_are_named_after_their_template() {
        let templates = ["infra/main.json", "infra/main-dr.json", "other/x.json"];
        let find = |file| template_of(file, templates.into_iter()).map(|(name, _)| name);
        assert_eq!(find("infra/main.parameters.json"), Some("infra/main.json"));
        assert_eq!(find("infra/main.prod.parameters.json"), Some("infra/main.json"));
        assert_eq!(find("infra/main-dr.parameters.json"), Some("infra/main-dr.json"));
        assert_eq!(find("infra/prod.parameters.json"), None);
        assert_eq!(find("other/prod.parameters.json"), Some("other/x.json"));
        assert_eq!(find("main.parameters.json"), None);
    }

    #[test]
    fn paths_are_resolved_from_their_file() {
        assert_eq!(
            resolve("a/b/main.bicep", "./c/x.bicep").as_deref(),
            Some("a/b/c/x.bicep")
        );
        assert_eq!(
            resolve("a/b/main.bicep", "../x.bicep").as_deref(),
            Some("a/x.bicep")
        );
        assert_eq!(resolve("main.bicep", "../x.bicep").as_deref(), Some("../x.bicep"));
        assert_eq!(resolve("main.bicep", "br:registry/x:1"), None);
    }
}
