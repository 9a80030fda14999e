//! Baseline: findings that were there when racelint came, and are not to stand in the way of new ones.
//!
//! A finding is known by its fingerprint and path. In a renamed file it is known by its fingerprint alone, if no other
//! finding shares it. This room must never know a parser, the program or an output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::source::{Sources, plain};
use crate::write;

/// The file that counts without being asked for, at the root.
pub const FILE: &str = "racelint-baseline.json";

const VERSION: u32 = 1;

/// Which baseline counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Choice {
    /// The one at the root, if there is any.
    #[default]
    Root,
    Given(PathBuf),
    None,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    findings: Vec<Entry>,
}

/// A known finding; rule and message are for people.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// From the root, with `/`.
    path: String,
    rule: String,
    fingerprint: String,
    message: String,
}

impl Baseline {
    /// The baseline that was chosen for a project, if there is one.
    pub fn load(root: &Path, choice: &Choice) -> Result<Option<Baseline>, String> {
        match choice {
            Choice::None => Ok(None),
            Choice::Given(path) => Baseline::read(path).map(Some),
            Choice::Root => {
                let path = root.join(FILE);
                match path.symlink_metadata() {
                    Ok(_) if !plain::is_inside(&path, root) => Err(outside(&path)),
                    Ok(_) => Baseline::read(&path).map(Some),
                    Err(_) => Ok(None),
                }
            }
        }
    }

    fn read(path: &Path) -> Result<Baseline, String> {
        let failed = |error: &dyn std::fmt::Display| format!("the baseline {} cannot be read: {error}", path.display());
        let text = plain::text(path).map_err(|error| failed(&error))?;
        let baseline: Baseline = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        if baseline.version != VERSION {
            return Err(failed(&format!("its version is {}, this racelint knows {VERSION}", baseline.version)));
        }
        Ok(baseline)
    }

    /// Writes the file that counts without being asked for. A project may be anybody's: a link in its place leads nowhere
    /// else.
    pub fn save(&self, root: &Path) -> Result<PathBuf, String> {
        let path = root.join(FILE);
        match plain::is_inside(&path, root) {
            true => self.save_as(&path).map(|()| path),
            false => Err(outside(&path)),
        }
    }

    pub fn save_as(&self, path: &Path) -> Result<(), String> {
        write::whole(path, self.text().as_bytes()).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// All of these findings.
    pub fn of(findings: &[Finding], sources: &Sources) -> Baseline {
        let entry = |finding: &Finding| Entry {
            path: sources.file(finding.file).path.clone(),
            rule: finding.rule.to_owned(),
            fingerprint: finding.fingerprint.clone(),
            message: finding.message.clone(),
        };
        let mut findings: Vec<Entry> = findings.iter().map(entry).collect();
        findings.sort();
        Baseline { version: VERSION, findings }
    }

    /// These findings, too.
    pub fn with(mut self, more: Baseline) -> Baseline {
        self.findings.extend(more.findings);
        self.findings.sort();
        self.findings.dedup();
        self
    }

    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    pub fn len(&self) -> usize {
        self.findings.len()
    }

    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// For each finding whether it is known, and how many entries know none.
    pub fn match_all(&self, findings: &[Finding], sources: &Sources) -> (Vec<bool>, usize) {
        let pairs = self.pairs(&Baseline::in_order(findings, sources));
        let known: Vec<bool> = pairs.iter().map(Option::is_some).collect();
        let gone = self.findings.len() - pairs.iter().flatten().count();
        (known, gone)
    }

    /// Only the entries that still know a finding.
    pub fn pruned(&self, findings: &[Finding], sources: &Sources) -> Baseline {
        let mut kept: Vec<usize> = self.pairs(&Baseline::in_order(findings, sources)).into_iter().flatten().collect();
        kept.sort_unstable();
        let findings = kept.into_iter().filter_map(|index| self.findings.get(index).cloned()).collect();
        Baseline { version: VERSION, findings }
    }

    fn in_order<'f>(findings: &'f [Finding], sources: &'f Sources) -> Vec<Known<'f>> {
        let known =
            |finding: &'f Finding| Known { path: &sources.file(finding.file).path, fingerprint: &finding.fingerprint };
        findings.iter().map(known).collect()
    }

    fn pairs(&self, new: &[Known<'_>]) -> Vec<Option<usize>> {
        let old = |entry: &'_ Entry| (entry.path.clone(), entry.fingerprint.clone());
        let old: Vec<(String, String)> = self.findings.iter().map(old).collect();
        let old: Vec<Known<'_>> = old.iter().map(|(path, fingerprint)| Known { path, fingerprint }).collect();
        pair(&old, new)
    }
}

fn outside(path: &Path) -> String {
    format!("the baseline {} leads out of the project", path.display())
}

/// What a finding is known by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Known<'a> {
    pub path: &'a str,
    pub fingerprint: &'a str,
}

/// For each new finding the old one that it is: at the same path, else the only one of its fingerprint that is left where
/// it is the only new one that is left, too.
pub fn pair(old: &[Known<'_>], new: &[Known<'_>]) -> Vec<Option<usize>> {
    let mut places: BTreeMap<Known<'_>, Vec<usize>> = BTreeMap::new();
    for (index, known) in old.iter().enumerate().rev() {
        places.entry(*known).or_default().push(index);
    }
    let mut pairs: Vec<Option<usize>> =
        new.iter().map(|known| places.get_mut(known).and_then(|indices| indices.pop())).collect();
    let mut left: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (known, indices) in &places {
        left.entry(known.fingerprint).or_default().extend(indices);
    }
    let mut unknown: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, known) in new.iter().enumerate().filter(|(index, _)| pairs[*index].is_none()) {
        unknown.entry(known.fingerprint).or_default().push(index);
    }
    for (fingerprint, indices) in unknown {
        if let ([index], Some([old])) = (indices.as_slice(), left.get(fingerprint).map(Vec::as_slice)) {
            pairs[*index] = Some(*old);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::{Known, pair};

    #[test]
    fn a_renamed_file_is_known_when_nothing_else_could_be_meant() {
        let known = |path, fingerprint| Known { path, fingerprint };
        let old = [known("a", "1"), known("b", "1"), known("c", "2"), known("d", "3"), known("d", "3")];
        assert_eq!(pair(&old, &[known("b", "1"), known("e", "1")]), [Some(1), Some(0)]);
        assert_eq!(pair(&old, &[known("e", "1"), known("f", "1")]), [None, None], "either could be meant");
        assert_eq!(pair(&old, &[known("c", "2"), known("e", "2")]), [Some(2), None], "a copy is new");
        assert_eq!(pair(&old, &[known("d", "3"), known("d", "3"), known("d", "3")]), [Some(3), Some(4), None]);
    }
}
