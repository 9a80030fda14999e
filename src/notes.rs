//! Notes: what was skipped, blanked, unreadable or went wrong. Nothing is left out in silence.

use std::collections::BTreeMap;

use serde::Serialize;

/// One thing to say about one file (or about the run, without a path).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Note {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    pub kind: Kind,
    pub text: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The analysis itself failed: the run ends with exit code 2.
    Internal,
    Unreadable,
    /// Bytes that are no UTF-8 were read as `?`.
    NotUtf8,
    Binary,
    TooLarge,
    NotParsed,
    TooDeep,
    Blanked,
    NotLowered,
    /// Too much code, or more states than are searched.
    NotExplored,
    /// A configuration of the code rests on a file that is no part of the project.
    NotPart,
    /// A file named on the command line that is in no language that racelint reads.
    OtherLanguage,
}

impl Kind {
    /// As JSON has it.
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Said on the terminal without being asked; the others are counted there and listed in JSON.
    pub fn is_warning(self) -> bool {
        !matches!(self, Kind::NotLowered | Kind::NotExplored | Kind::NotPart)
    }
}

/// Files that were not read, by reason.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    Declarations,
    Generated,
    Minified,
    Links,
    /// `.vue`, `.svelte`, `.astro`
    Components,
    DependencyFolders,
    /// By the configuration.
    Excluded,
}

impl Skip {
    pub fn noun(self) -> &'static str {
        match self {
            Skip::Declarations => "declaration file",
            Skip::Generated => "generated file",
            Skip::Minified => "minified file",
            Skip::Links => "symbolic link",
            Skip::Components => "single-file component",
            Skip::DependencyFolders => "dependency or build folder",
            Skip::Excluded => "excluded file",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notes {
    list: Vec<Note>,
    skipped: BTreeMap<Skip, usize>,
}

impl Notes {
    pub fn add(&mut self, kind: Kind, path: &str, line: Option<u32>, text: impl Into<String>) {
        self.list.push(Note { kind, path: Some(path.to_owned()), line, text: text.into() });
    }

    /// About the run, not about a file.
    pub fn add_general(&mut self, kind: Kind, text: impl Into<String>) {
        self.list.push(Note { kind, path: None, line: None, text: text.into() });
    }

    /// How many there are of each kind.
    pub fn counts(&self) -> BTreeMap<Kind, usize> {
        let mut counts = BTreeMap::new();
        self.list.iter().for_each(|note| *counts.entry(note.kind).or_default() += 1);
        counts
    }

    pub fn skip(&mut self, why: Skip) {
        self.skip_many(why, 1);
    }

    pub fn skip_many(&mut self, why: Skip, count: usize) {
        if count > 0 {
            *self.skipped.entry(why).or_default() += count;
        }
    }

    pub fn merge(&mut self, other: Notes) {
        self.list.extend(other.list);
        for (why, count) in other.skipped {
            *self.skipped.entry(why).or_default() += count;
        }
    }

    /// By path, then line: the order of arrival says nothing.
    pub fn sort(&mut self) {
        self.list.sort();
    }

    pub fn list(&self) -> &[Note] {
        &self.list
    }

    pub fn skipped(&self) -> &BTreeMap<Skip, usize> {
        &self.skipped
    }

    /// Did a part of racelint fail?
    pub fn failed(&self) -> bool {
        self.list.iter().any(|note| note.kind == Kind::Internal)
    }
}
