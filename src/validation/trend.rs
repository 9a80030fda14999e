//! Trend: a document against an earlier one: which findings are new, which are gone, which scenario has changed.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::document::{Document, Status};
use crate::baseline::{Known, pair};

#[derive(Debug, Serialize, JsonSchema)]
pub struct Trend {
    pub introduced: usize,
    pub fixed: usize,
    pub persisting: usize,
    /// Scenarios whose status or counts are other than before.
    pub changes: Vec<Change>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Change {
    pub scenario: String,
    pub before: String,
    pub now: Status,
    pub at_risk_before: u64,
    pub at_risk_now: usize,
    pub safe_before: u64,
    pub safe_now: usize,
}

impl Trend {
    pub(super) fn of(old: &Value, new: &Document) -> Trend {
        let text = |value: &'_ Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let findings = old["findings"].as_array().map_or(&[][..], Vec::as_slice);
        let names: Vec<(String, String)> =
            findings.iter().map(|finding| (text(finding, "path"), text(finding, "fingerprint"))).collect();
        let before: Vec<Known<'_>> = names.iter().map(|(path, fingerprint)| Known { path, fingerprint }).collect();
        let now: Vec<Known<'_>> = new
            .findings
            .iter()
            .map(|finding| Known { path: &finding.path, fingerprint: &finding.fingerprint })
            .collect();
        let persisting = pair(&before, &now).iter().flatten().count();
        let changes = new.scenarios.iter().filter_map(|scenario| {
            let was = old["scenarios"].as_array()?.iter().find(|was| was["id"] == scenario.id.as_str())?;
            let count = |key: &str| was[key].as_u64().unwrap_or_default();
            let change = Change {
                scenario: scenario.name.clone(),
                before: text(was, "status").replace('-', " "),
                now: scenario.status,
                at_risk_before: count("at-risk"),
                at_risk_now: scenario.counts.at_risk,
                safe_before: count("safe"),
                safe_now: scenario.counts.safe,
            };
            let same = change.before == change.now.words()
                && change.at_risk_before == change.at_risk_now as u64
                && change.safe_before == change.safe_now as u64;
            (!same).then_some(change)
        });
        Trend {
            introduced: now.len() - persisting,
            fixed: before.len() - persisting,
            persisting,
            changes: changes.collect(),
        }
    }
}
