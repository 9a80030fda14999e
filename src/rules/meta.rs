//! Metadata of rules: what `rule.toml` says, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{RULES, Rule};
use crate::finding::Severity;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    pub id: String,
    /// One sentence: what it flags.
    pub summary: String,
    pub severity: Severity,
    pub family: Family,
    pub languages: Vec<Language>,
    /// The first version that has it.
    pub since: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    AsyncState,
    Locks,
    Files,
    Database,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    TypeScript,
    Rust,
}

static METAS: LazyLock<BTreeMap<&'static str, Meta>> = LazyLock::new(|| {
    let meta = |rule: &Rule| toml::from_str(rule.toml).expect("rule.toml is well formed: the registry tests read each");
    RULES.iter().map(|rule| (rule.id, meta(rule))).collect()
});

impl Rule {
    pub fn meta(&self) -> &'static Meta {
        &METAS[self.id]
    }
}
