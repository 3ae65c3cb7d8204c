//! One-line commands: `set`, `delete`, `insert` and the like.

use super::read::{Reader, named};
use super::words::{Stops, Word, line_end, word};
use super::{Command, MAX_DEPTH, Modifier, NodeId};

impl Reader<'_, '_> {
    /// Reads a one-line command, if one stands at `start`.
    pub(super) fn command(&mut self, start: usize) -> bool {
        let (first, after) = word(self.text, start, self.syntax.quotes, Stops::Blanks);
        let Some(mut command) = named(self.syntax.commands, first) else {
            return false;
        };
        self.at = after;
        self.command_words();
        if command == Command::Top {
            self.base.clear();
            if let Some(&next) = self.words.first()
                && let Some(next) = named(self.syntax.commands, next)
            {
                command = next;
                self.words.remove(0);
            }
        }
        self.obey(command, (start as u32, self.at as u32));
        true
    }

    /// Reads the rest of the line into words and list items.
    fn command_words(&mut self) {
        self.words.clear();
        self.items.clear();
        let mut end = self.at;
        loop {
            self.skip_spaces();
            match self.byte() {
                None | Some(b'\n') => break,
                Some(b'#') => {
                    self.at = line_end(self.bytes, self.at);
                    break;
                }
                Some(b'[') if self.items.is_empty() => end = self.list(Stops::Blanks),
                Some(_) => {
                    let (word, after) = word(self.text, self.at, self.syntax.quotes, Stops::Blanks);
                    self.at = after;
                    end = after;
                    self.push(word);
                }
            }
        }
        self.at = end.max(self.at.min(line_end(self.bytes, end)));
    }

    fn obey(&mut self, command: Command, head: (u32, u32)) {
        let head = (head.0, self.text_end(head));
        let skip = |reader: &mut Self| reader.tree.skipped.push((head.0, head.1, NodeId::ROOT));
        match command {
            Command::Nothing | Command::Top => {}
            Command::Unknown => skip(self),
            Command::Edit => {
                let words = std::mem::take(&mut self.words);
                self.base.extend(words);
                self.base.truncate(usize::from(MAX_DEPTH) + 1);
            }
            Command::Show => {
                let mut path = self.base.clone();
                let mut words = self.words.as_slice();
                // `show configuration` prints from the root, wherever the user stands.
                if let Some((first, rest)) = words.split_first()
                    && first.text == "configuration"
                {
                    path.clear();
                    words = rest;
                }
                path.extend(words.iter().take_while(|word| word.text != "|"));
                self.printed = Some(path);
            }
            Command::Set => {
                let base: &[Word<'_>] = if self.printed.is_some() { &[] } else { &self.base };
                let base = self.tree.grow(NodeId::ROOT, base, head);
                if base
                    .and_then(|base| self.place(base, head, Modifier::Active))
                    .is_none()
                {
                    skip(self);
                }
            }
            Command::Delete | Command::Deactivate | Command::Activate => {
                let Some(node) = self.named_path(self.words.len()) else {
                    return;
                };
                let mut targets = vec![node];
                if !self.items.is_empty() {
                    let items = self.items.iter();
                    targets = items
                        .filter_map(|item| self.tree.any_child(node, item.text))
                        .collect();
                }
                for node in targets {
                    match command {
                        Command::Delete if node == NodeId::ROOT => self.tree.clear(node),
                        Command::Delete => self.tree.remove(node),
                        _ => self.tree.set_inactive_as(node, command == Command::Deactivate),
                    }
                }
            }
            Command::Rename | Command::Insert => {
                if !self.rearrange(command) {
                    skip(self);
                }
            }
        }
    }

    /// Where the visible text of a line ends.
    fn text_end(&self, (start, end): (u32, u32)) -> u32 {
        let line = self.text.get(start as usize..end as usize).unwrap_or("");
        start + line.trim_end().len() as u32
    }

    /// Returns what the first `count` words of a command name, below the base.
    fn named_path(&self, count: usize) -> Option<NodeId> {
        let base: &[Word<'_>] = if self.printed.is_some() { &[] } else { &self.base };
        let words = base.iter().chain(self.words.iter().take(count));
        words
            .map(|word| word.text)
            .try_fold(NodeId::ROOT, |at, word| self.tree.any_child(at, word))
    }

    /// Obeys `rename A … to B` and `insert A … before B`.
    fn rearrange(&mut self, command: Command) -> bool {
        let is_joint = |word: &Word<'_>| match command {
            Command::Rename => word.text == "to",
            _ => word.text == "before" || word.text == "after",
        };
        let Some(joint) = self.words.iter().rposition(is_joint) else {
            return false;
        };
        let (Some(node), Some(&target)) = (self.named_path(joint), self.words.last()) else {
            return false;
        };
        if joint + 1 >= self.words.len() || node == NodeId::ROOT {
            return false;
        }
        if command == Command::Rename {
            return self.tree.rename(node, target);
        }
        let other = self
            .tree
            .parent(node)
            .and_then(|parent| self.tree.any_child(parent, target.text));
        let before = self.words.get(joint).is_some_and(|word| word.text == "before");
        other.is_some_and(|other| self.tree.move_beside(node, other, before))
    }
}
