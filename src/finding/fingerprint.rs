//! Fingerprints, version 1: what a finding is known by when its lines have moved.
//!
//! Made of the rule, the names around the act, the violation, and the text of the act and of what it rests on without
//! its white space. Neither the path nor a line is part of it: the path stands beside it, so that a renamed file is
//! found by its fingerprint alone.

use std::collections::BTreeMap;

use super::{Draft, Finding, Spot};
use crate::source::Sources;

/// The fingerprint of a draft, before equal ones are told apart.
pub(super) fn of(rule: &str, draft: &Draft, sources: &Sources) -> String {
    let mut hash = Hash::new();
    hash.part("racelint/v1");
    hash.part(rule);
    hash.part(&draft.scope);
    hash.part(draft.violation);
    hash.part(&text(draft.at, sources));
    for (at, _) in &draft.related {
        hash.part(&text(*at, sources));
    }
    hash.end()
}

/// Findings of one file that would share a fingerprint get a number, in their order.
pub(super) fn number_equals(findings: &mut [Finding]) {
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry((finding.path.clone(), finding.fingerprint.clone())).or_default();
        if *count > 0 {
            finding.fingerprint = joined(&[&finding.fingerprint, &count.to_string()]);
        }
        *count += 1;
    }
}

/// One fingerprint of several parts.
pub(super) fn joined(parts: &[&str]) -> String {
    let mut hash = Hash::new();
    parts.iter().for_each(|part| hash.part(part));
    hash.end()
}

fn text(at: Spot, sources: &Sources) -> String {
    sources.file(at.file).slice(at.span).chars().filter(|c| !c.is_whitespace()).collect()
}

/// FNV-1a of 128 bits: the same on every machine and in every version.
struct Hash(u128);

impl Hash {
    fn new() -> Hash {
        Hash(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    /// Adds one part and a byte that no text holds, so that parts do not run together.
    fn part(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    }

    fn end(self) -> String {
        format!("{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Hash, joined};

    #[test]
    fn fingerprints_do_not_change_between_versions() {
        let mut hash = Hash::new();
        hash.part("racelint/v1");
        hash.part("lost update");
        assert_eq!(hash.end(), "b54d7475b97fb46c799926970cfb3b78");
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(joined(&["ab", "c"]), joined(&["a", "bc"]));
    }
}
