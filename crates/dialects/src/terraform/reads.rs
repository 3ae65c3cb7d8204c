//! Functions that read files ("Filesystem Functions"): as far as the files are among those of the run, and what is
//! missing is asked for.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use pairlint_model::source::Source;

use super::eval::World;
use super::files;
use super::functions::Call;
use super::module::{Inputs, Module, Scope};
use super::syntax;
use super::tree::Expr;
use super::value::{Data, Value};
use crate::Need;

pub(super) const NAMES: &[&str] = &["file", "fileexists", "fileset", "filebase64", "templatefile"];

/// A file that is no Terraform, and that a configuration may read.
pub(super) struct Text<'s> {
    pub source: &'s Source,
    /// The file as a template, once one asks.
    template: OnceCell<Expr>,
}

impl<'s> Text<'s> {
    pub(super) fn new(source: &'s Source) -> Text<'s> {
        Text {
            source,
            template: OnceCell::new(),
        }
    }
}

/// Whether a text calls such a function.
pub(super) fn may_read(text: &str) -> bool {
    // `templatefile(` ends like the first.
    ["file(", "fileexists(", "fileset(", "filebase64("]
        .iter()
        .any(|call| memchr::memmem::find(text.as_bytes(), call.as_bytes()).is_some())
}

/// The folder that Terraform runs in.
fn root_folder(module: &Module<'_>) -> String {
    match &module.inputs {
        Inputs::Root(_) => module.folder.name.clone(),
        Inputs::Call { scope, .. } => root_folder(&scope.module),
    }
}

/// What `path.module` and the like stand for: folders, as seen from the one that Terraform runs in.
pub(super) fn path(module: &Module<'_>, name: &str) -> Option<String> {
    match name {
        "root" | "cwd" => Some(".".to_owned()),
        "module" => files::relative(&root_folder(module), &module.folder.name),
        _ => None,
    }
}

/// Returns the value of a call; `None` where the arguments do not fit, or the function is another.
pub(super) fn call<'a>(world: &World<'a>, call: &Call<'_, 'a>, scope: &Scope<'a>) -> Option<Value<'a>> {
    if !NAMES.contains(&call.name) {
        return None;
    }
    let written = call.text(0)?;
    let path = files::joined(&root_folder(&scope.module), &written);
    if call.name == "fileset" {
        return file_set(world, call, &path);
    }
    let unknown = || {
        Some(Value::unknown(
            call.span,
            format!("the file `{written}` is not among the files"),
        ))
    };
    let Some(text) = world.text(&path) else {
        return unknown();
    };
    match call.name {
        "file" => {
            let source = text.source;
            Some(Value::text(source.range(0, source.text().len()), source.text()))
        }
        "fileexists" => call.of_bool(true),
        "templatefile" => {
            let mut inside = Scope::new(scope.module.clone());
            for (name, value) in call.get(1)?.entries()? {
                inside = inside.with(name.clone(), value.clone());
            }
            let template = text.template.get_or_init(|| syntax::file_template(text.source));
            let value = world.eval(template, &inside);
            match value.data {
                // Of a file that cannot be read as a template, a part may still be right.
                Data::Failed(why) => Some(Value::unknown(call.span, why)),
                _ => Some(value),
            }
        }
        _ => {
            let encoded = crate::base64::encode(text.source.text().as_bytes());
            Some(Value::text(
                text.source.range(0, text.source.text().len()),
                encoded,
            ))
        }
    }
}

/// `fileset(path, "*.yaml")`, where the pattern is an ending; other patterns are not evaluated.
fn file_set<'a>(world: &World<'a>, call: &Call<'_, 'a>, folder: &str) -> Option<Value<'a>> {
    let pattern = call.text(1)?;
    let end = pattern
        .strip_prefix('*')
        .filter(|end| !end.is_empty() && !end.contains(['*', '?', '[', '{', '/', '\\']));
    let unknown = |why: &str| Some(Value::unknown(call.span, why));
    let Some(end) = end else {
        return unknown("a pattern of files that is more than an ending is not evaluated");
    };
    let names: BTreeSet<&str> = world.names_in(folder, end);
    if names.is_empty() {
        return unknown("there is no such file among the files");
    }
    call.list(
        names
            .into_iter()
            .map(|name| Value::text(call.span, name))
            .collect(),
    )
}

impl<'a> World<'a> {
    /// The text of a file, by its name; one that is not there is asked for.
    fn text(&self, name: &str) -> Option<&'a Text<'a>> {
        let found = self.texts.get(name);
        if found.is_none() {
            self.asked.borrow_mut().insert(Need::Named(name.to_owned()));
        }
        found
    }

    /// The names of the files right in a folder with that ending.
    fn names_in(&self, folder: &str, end: &str) -> BTreeSet<&'a str> {
        self.asked.borrow_mut().insert(Need::Ending {
            folder: folder.to_owned(),
            end: end.to_owned(),
        });
        let names = self.texts.keys().map(String::as_str);
        names
            .filter(|name| files::folder_of(name) == folder && name.ends_with(end))
            .filter_map(|name| name.rsplit('/').next())
            // As in a shell, a star does not stand for a leading dot.
            .filter(|name| !name.starts_with('.'))
            .collect()
    }

    /// The whole file that a text is; what is decoded of it has its places there.
    pub(super) fn whole(&self, value: &Value<'a>, text: &str) -> Option<&'a Source> {
        let found = self
            .texts
            .values()
            .find(|file| file.source.id == value.span.source)?;
        let whole = value.span.start == 0 && value.span.end as usize == found.source.text().len();
        (whole && found.source.text() == text).then_some(found.source)
    }
}
