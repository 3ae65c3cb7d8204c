//! Objects of a table, with what several blocks say about each put together.

use std::collections::BTreeMap;

use crate::fortios::syntax::{Block, Body, Item, Words};

/// One `edit`, as all blocks of its name leave it.
#[derive(Default)]
pub(super) struct Object<'t, 'a> {
    pub name: &'a str,
    /// The first `edit` line.
    pub line: &'a str,
    /// `set`, `unset` and `append` lines in order.
    pub lines: Vec<&'a str>,
    /// Its own tables, by name.
    pub tables: Vec<(&'a str, &'t Block<'a>)>,
}

impl<'t, 'a> Object<'t, 'a> {
    pub fn table(&self, name: &str) -> Vec<&'t Block<'a>> {
        let own = self.tables.iter().filter(|(own, _)| *own == name);
        own.map(|(_, block)| *block).collect()
    }

    fn add(&mut self, body: &'t Body<'a>) {
        for item in &body.items {
            match item {
                Item::Line(line) => self.lines.push(line),
                Item::Section(block) => self.tables.push((block.words.rest(), block)),
                // An entry inside an entry is not possible.
                Item::Entry(block) => self.lines.push(block.line),
            }
        }
    }
}

/// Reads the entries of a table, which may be written in several blocks, in the order in which they come first.
pub(super) fn objects<'t, 'a>(blocks: &[&'t Block<'a>]) -> Vec<Object<'t, 'a>> {
    let mut objects: Vec<Option<Object<'t, 'a>>> = Vec::new();
    let mut index: BTreeMap<&'a str, usize> = BTreeMap::new();
    for block in blocks {
        for item in &block.body.items {
            match item {
                Item::Entry(entry) => {
                    let Some(name) = entry.words.only() else { continue };
                    let at = *index.entry(name).or_insert(objects.len());
                    if at == objects.len() {
                        objects.push(Some(Object {
                            name,
                            line: entry.line,
                            ..Object::default()
                        }));
                    }
                    if let Some(Some(object)) = objects.get_mut(at) {
                        object.add(&entry.body);
                    }
                }
                Item::Line(line) => change(line, &mut objects, &mut index),
                Item::Section(_) => {}
            }
        }
    }
    objects.into_iter().flatten().collect()
}

/// Carries out `delete X`, `purge` and `rename X to Y`.
fn change<'t, 'a>(
    line: &'a str,
    objects: &mut Vec<Option<Object<'t, 'a>>>,
    index: &mut BTreeMap<&'a str, usize>,
) {
    let mut words = Words::new(line);
    let verb = words.next().map_or("", |word| word.text);
    let name = words.next().map_or("", |word| word.text);
    match verb {
        "purge" => {
            objects.clear();
            index.clear();
        }
        "delete" => {
            if let Some(at) = index.remove(name)
                && let Some(object) = objects.get_mut(at)
            {
                *object = None;
            }
        }
        "rename" => {
            let to = words.nth(1).map_or("", |word| word.text);
            if let (false, Some(at)) = (to.is_empty(), index.remove(name)) {
                index.insert(to, at);
                if let Some(Some(object)) = objects.get_mut(at) {
                    object.name = to;
                }
            }
        }
        _ => {}
    }
}

/// A line of an object: `set KEY VALUE…`, `unset KEY`, `append KEY VALUE…`.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub line: &'a str,
    pub key: &'a str,
    /// None for `unset`.
    pub values: Option<Words<'a>>,
    /// `append` adds to what is there.
    pub adds: bool,
}

pub(super) fn setting(line: &str) -> Option<Setting<'_>> {
    let mut words = Words::new(line);
    let verb = words.next()?.text;
    let key = words.next()?.text;
    let values = match verb {
        "set" | "append" => Some(words),
        "unset" => None,
        _ => return None,
    };
    Some(Setting {
        line,
        key,
        values,
        adds: verb == "append",
    })
}

impl<'a> Setting<'a> {
    /// The only value; `None` also for `unset`.
    pub fn value(&self) -> Option<&'a str> {
        self.values?.only()
    }

    /// `enable` is true, `disable` and `unset` are not.
    pub fn enabled(&self) -> Option<bool> {
        match self.values {
            None => Some(false),
            Some(_) => match self.value()? {
                "enable" => Some(true),
                "disable" => Some(false),
                _ => None,
            },
        }
    }
}
