//! The ledger: what people said of findings, after they had read the code. Knows no finding and no repository.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A repository and the commit at which its findings are read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pin {
    /// `owner/name`
    pub(crate) repository: String,
    pub(crate) commit: String,
}

/// One judged finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) repository: String,
    pub(crate) commit: String,
    pub(crate) fingerprint: String,
    pub(crate) rule: String,
    /// From the top of the repository.
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) verdict: Verdict,
    /// One sentence.
    pub(crate) why: String,
    /// Of a false alarm that is still given: which of the limits in `limits.md` it comes from. One without has been
    /// mended and must not come back.
    #[serde(default)]
    pub(crate) limit: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// The schedule can happen in this program, and does harm.
    True,
    False,
    /// It can happen, and whether it does harm is for its authors to say.
    Arguable,
}

pub(crate) struct Ledger {
    pub(crate) pins: Vec<Pin>,
    pub(crate) entries: Vec<Entry>,
    /// The headings of the page of limits.
    pub(crate) limits: BTreeSet<String>,
}

impl Ledger {
    /// Reads the files beside the ledger; every line that is wrong is named.
    pub(crate) fn read(folder: &Path, rules: &[&str]) -> Result<Ledger, Vec<String>> {
        let text = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|error| vec![format!("{}: {error}", path.display())])
        };
        let limits = text("limits.md")?;
        let limits = limits.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect();
        let ledger = Ledger {
            pins: lines("pins", &text("pins.jsonl")?)?,
            entries: lines("ledger", &text("ledger.jsonl")?)?,
            limits,
        };
        let wrong = ledger.wrong(rules);
        if wrong.is_empty() { Ok(ledger) } else { Err(wrong) }
    }

    fn wrong(&self, rules: &[&str]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut keys = BTreeSet::new();
        let repositories: BTreeSet<&str> = self.pins.iter().map(|pin| pin.repository.as_str()).collect();
        if repositories.len() < self.pins.len() {
            wrong.push("pins: a repository is pinned twice".to_owned());
        }
        for (index, entry) in self.entries.iter().enumerate() {
            let mut say = |what: &str| wrong.push(format!("ledger: line {}: {what}", index + 1));
            if !rules.contains(&entry.rule.as_str()) {
                say("there is no such rule");
            }
            if !self.pins.iter().any(|pin| pin.repository == entry.repository && pin.commit == entry.commit) {
                say("the repository is not pinned at this commit");
            }
            if !keys.insert((&entry.repository, &entry.path, &entry.fingerprint)) {
                say("this finding was judged before");
            }
            if entry.fingerprint.len() != 32 || entry.fingerprint.bytes().any(|byte| !byte.is_ascii_hexdigit()) {
                say("the fingerprint is not one");
            }
            if entry.path.is_empty() || entry.line == 0 {
                say("it stands nowhere");
            }
            if !entry.why.trim().ends_with('.') {
                say("the reason is not a sentence");
            }
            if let Some(limit) = &entry.limit {
                if !self.limits.contains(limit) {
                    say("there is no such limit");
                }
                if entry.verdict != Verdict::False {
                    say("only a false alarm comes from a limit");
                }
            }
        }
        wrong
    }
}

/// One value a line.
fn lines<T: DeserializeOwned>(name: &str, text: &str) -> Result<Vec<T>, Vec<String>> {
    let mut values = Vec::new();
    let mut wrong = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match serde_json::from_str(line) {
            Ok(value) => values.push(value),
            Err(error) => wrong.push(format!("{name}: line {}: {error}", index + 1)),
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(wrong) }
}
