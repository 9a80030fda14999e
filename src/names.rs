//! Names: every identifier, property and short literal of the code read, stored once and compared by address.
//!
//! A [`Name`] is a leaked string, so a whole run holds each spelling once and copies are free. Two names are
//! equal when they are the same allocation; they are *ordered* by their text, so sorting by name is the same on
//! every run. Nothing may be ordered by address.

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{LazyLock, RwLock};

use rustc_hash::{FxBuildHasher, FxHashSet};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An interned string.
#[derive(Clone, Copy)]
pub struct Name(&'static str);

const SHARDS: usize = 64;

static TABLE: LazyLock<Vec<RwLock<FxHashSet<&'static str>>>> =
    LazyLock::new(|| (0..SHARDS).map(|_| RwLock::default()).collect());

impl Name {
    /// The name spelled `text`.
    pub fn new(text: &str) -> Name {
        // The low bits choose the bucket inside a shard, so the shard is chosen by high ones.
        let shard = (FxBuildHasher.hash_one(text) >> 40) as usize % SHARDS;
        let table = &TABLE[shard];
        let known = table.read().unwrap_or_else(|poison| poison.into_inner()).get(text).copied();
        if let Some(known) = known {
            return Name(known);
        }
        let mut table = table.write().unwrap_or_else(|poison| poison.into_inner());
        if let Some(known) = table.get(text) {
            return Name(known);
        }
        let stored: &'static str = Box::leak(Box::from(text));
        table.insert(stored);
        Name(stored)
    }

    /// Its text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.0.as_ptr().addr());
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> std::cmp::Ordering {
        self.0.cmp(other.0)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::ops::Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name::new(text)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Name::new(&text))
    }
}

/// The words of a name: `a-b`, `a_b`, `aB`.
pub(crate) fn words(name: &str) -> impl Iterator<Item = &str> {
    let begins = |letter: char| letter.is_ascii_uppercase() || matches!(letter, '-' | '_');
    let inner = name.char_indices().filter(move |(_, letter)| begins(*letter)).map(|(at, _)| at);
    let mut from = 0;
    inner.chain([name.len()]).map(move |to| name[std::mem::replace(&mut from, to)..to].trim_matches(['-', '_']))
}
