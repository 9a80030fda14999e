//! File: what can stand in a configuration, word for word. The JSON schema and the complaints about unknown words come
//! from these types.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use super::suggest;
use crate::finding::{Confidence, Severity};
use crate::models;
use crate::rules::RULES;
use crate::suppress;

/// A `racelint.toml`, `[package.metadata.racelint]` or `[workspace.metadata.racelint]` in a `Cargo.toml`, or `"racelint"`
/// in a `package.json`. It counts for its folder and what lies below, up to the next folder with a configuration.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "Configuration of racelint")]
pub(super) struct File {
    /// For editors: where the JSON schema of this file is.
    #[serde(rename = "$schema")]
    pub(super) _schema: Option<String>,
    /// Configuration files to start from, relative to this one and inside the project. Their patterns count as if they
    /// stood here.
    pub(super) extends: Vec<String>,
    /// Read only files that match one of these patterns. All patterns are written as in `.gitignore`, and are relative to
    /// the folder of the configuration.
    pub(super) include: Vec<String>,
    /// Do not read files that match one of these patterns, unless they are named on the command line.
    pub(super) exclude: Vec<String>,
    /// Take test code for ordinary code: it is evidence, and has findings.
    pub(super) include_tests: Option<bool>,
    /// The lowest confidence that is shown; `likely` if nothing is said.
    pub(super) min_confidence: Option<Confidence>,
    /// What becomes of the findings of each rule. `all` stands for every rule that is not named.
    #[schemars(schema_with = "rules_schema")]
    pub(super) rules: BTreeMap<RuleName, Level>,
    /// Other settings for some of the files. Later ones win.
    pub(super) overrides: Vec<Override>,
    /// What functions and methods of your own do, in the form of racelint's model files. It counts for the whole program.
    pub(super) models: models::Lines,
}

/// Settings for files that match a pattern.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Override {
    /// Patterns as in `.gitignore`, relative to the folder of the configuration.
    pub(super) files: Vec<String>,
    /// The lowest confidence that is shown in these files.
    #[serde(default)]
    pub(super) min_confidence: Option<Confidence>,
    /// What becomes of the findings of each rule in these files.
    #[serde(default)]
    #[schemars(schema_with = "rules_schema")]
    pub(super) rules: BTreeMap<RuleName, Level>,
}

/// What becomes of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not shown.
    Off,
    /// Shown, and no failure.
    Warn,
    /// Shown, and a failure.
    Error,
}

impl Level {
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Warn => Some(Severity::Warn),
            Level::Error => Some(Severity::Error),
        }
    }

    pub(super) fn of(severity: Severity) -> Level {
        match severity {
            Severity::Error => Level::Error,
            Severity::Warn | Severity::Info => Level::Warn,
        }
    }
}

/// The name of a rule, of a warning about suppressions, or `all`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RuleName(pub &'static str);

/// Every rule that is not named.
pub const ALL: &str = "all";

impl RuleName {
    /// All names there are, with what they stand for.
    pub fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        let others = [
            (ALL, "Every rule that is not named"),
            (suppress::BAD, "A suppression that says something wrong"),
            (suppress::UNUSED, "A suppression without a finding"),
        ];
        RULES.iter().map(|rule| (rule.id, rule.meta().summary.as_str())).chain(others)
    }

    pub fn parse(text: &str) -> Result<RuleName, String> {
        let known = RuleName::known().find(|(name, _)| *name == text);
        known.map(|(name, _)| RuleName(name)).ok_or_else(|| {
            let suggestion = suggest::closest(text, RuleName::known().map(|(name, _)| name));
            format!("there is no rule `{text}`{suggestion}")
        })
    }
}

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RuleName, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        RuleName::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Rules by name: editors complete the names and show what each is about.
fn rules_schema(generator: &mut SchemaGenerator) -> Schema {
    let level = generator.subschema_for::<Level>();
    let rule = |(name, summary): (&'static str, &str)| {
        let property = serde_json::json!({ "description": summary, "$ref": level.get("$ref") });
        (name.to_owned(), property)
    };
    let properties: serde_json::Map<String, serde_json::Value> = RuleName::known().map(rule).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The JSON schema of [`File`].
pub fn schema() -> String {
    let schema = schemars::schema_for!(File);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
