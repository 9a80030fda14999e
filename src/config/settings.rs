//! Settings: what one configuration comes to, ready to be asked about a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Error;
use super::file::{ALL, File, Level, RuleName};
use crate::finding::{Confidence, Severity};
use crate::rules;

#[derive(Debug)]
pub struct Settings {
    /// The file it comes from, if any.
    pub origin: Option<PathBuf>,
    pub include_tests: bool,
    include: Option<Patterns>,
    exclude: Patterns,
    min_confidence: Confidence,
    rules: Levels,
    overrides: Vec<Override>,
}

type Levels = BTreeMap<RuleName, Level>;

#[derive(Debug)]
struct Override {
    files: Patterns,
    min_confidence: Option<Confidence>,
    rules: Levels,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            origin: None,
            include_tests: false,
            include: None,
            exclude: Patterns(None),
            min_confidence: Confidence::Likely,
            rules: Levels::new(),
            overrides: Vec::new(),
        }
    }
}

impl Settings {
    pub(super) fn new(origin: &Path, folder: &Path, file: &File) -> Result<Settings, Error> {
        let patterns = |globs: &[String]| Patterns::new(folder, globs).map_err(|message| Error::new(origin, message));
        let mut overrides = Vec::new();
        for own in &file.overrides {
            let (min_confidence, rules) = (own.min_confidence, own.rules.clone());
            overrides.push(Override { files: patterns(&own.files)?, min_confidence, rules });
        }
        Ok(Settings {
            origin: Some(origin.to_owned()),
            include_tests: file.include_tests.unwrap_or(false),
            include: if file.include.is_empty() { None } else { Some(patterns(&file.include)?) },
            exclude: patterns(&file.exclude)?,
            min_confidence: file.min_confidence.unwrap_or(Confidence::Likely),
            rules: file.rules.clone(),
            overrides,
        })
    }

    /// Is it to be read? Says nothing of what is named on the command line.
    pub fn reads(&self, path: &Path) -> bool {
        !self.exclude.hold(path, false) && self.include.as_ref().is_none_or(|include| include.hold(path, false))
    }

    /// Does a pattern keep it, or a folder that it lies in, from being read?
    pub fn excludes(&self, path: &Path) -> bool {
        self.exclude.hold(path, path.is_dir())
    }

    pub fn min_confidence(&self, path: &Path) -> Confidence {
        let over = self.over(path).filter_map(|over| over.min_confidence).last();
        over.unwrap_or(self.min_confidence)
    }

    /// What becomes of the findings of a rule in a file.
    pub fn level(&self, rule: &str, path: &Path) -> Level {
        let over = self.over(path).filter_map(|over| level(&over.rules, rule)).last();
        over.unwrap_or_else(|| self.plain_level(rule))
    }

    /// Can the rule have findings anywhere?
    pub fn runs(&self, rule: &str) -> bool {
        let over = self.overrides.iter().filter_map(|over| level(&over.rules, rule));
        over.chain([self.plain_level(rule)]).any(|level| level != Level::Off)
    }

    fn plain_level(&self, rule: &str) -> Level {
        level(&self.rules, rule).unwrap_or_else(|| default_level(rule))
    }

    fn over<'s>(&'s self, path: &'s Path) -> impl Iterator<Item = &'s Override> {
        self.overrides.iter().filter(|over| over.files.hold(path, false))
    }
}

fn level(levels: &Levels, rule: &str) -> Option<Level> {
    let named = |name: &str| levels.iter().find(|(known, _)| known.0 == name).map(|(_, level)| *level);
    named(rule).or_else(|| named(ALL))
}

/// What the rule itself says; of the warnings about suppressions there is nothing to say.
pub fn default_level(rule: &str) -> Level {
    Level::of(rules::find(rule).map_or(Severity::Warn, |rule| rule.meta().severity))
}

/// Patterns as in `.gitignore`; none of them matches anything outside of the folder.
#[derive(Debug)]
struct Patterns(Option<Gitignore>);

impl Patterns {
    fn new(folder: &Path, globs: &[String]) -> Result<Patterns, String> {
        let mut builder = GitignoreBuilder::new(folder);
        for glob in globs {
            builder.add_line(None, glob).map_err(|error| format!("`{glob}` is no pattern: {error}"))?;
        }
        builder.build().map(|built| Patterns(Some(built))).map_err(|error| error.to_string())
    }

    /// Does one of them match the path or a folder that it lies in?
    fn hold(&self, path: &Path, is_folder: bool) -> bool {
        let Some(built) = &self.0 else { return false };
        path.starts_with(built.path()) && built.matched_path_or_any_parents(path, is_folder).is_ignore()
    }
}
