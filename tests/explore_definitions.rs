//! What each part of the definitions is for: leave it out, and the programs named here no longer give what they should.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use racelint::explore::fixture::Fixture;
use racelint::explore::{Definitions, explore_with};

type Without = fn(&mut Definitions);

const PARTS: &[(&str, Without, &[&str])] = &[
    ("harm", |d| d.harm = false, &["plain-data-filled-twice", "stop-link-nulled"]),
    ("shared", |d| d.shared = false, &["promise-beside-its-answer"]),
    (
        "claims",
        |d| d.claims = false,
        &["checkout-revoked", "early-end", "lease-two-transactions", "lockfile-exists-create", "swr-joiner-deletes-3"],
    ),
    ("reevaluation", |d| d.reevaluation = false, &["note-add-inside", "batch-cleared-late"]),
    ("newest", |d| d.newest = false, &["loop-retries", "rechecked-otherwise"]),
    ("joins", |d| d.joins = false, &["init-unguarded", "reload-unload-first", "working-copy"]),
    ("baseline", |d| d.baseline = false, &["canvas-guard-ends-early"]),
    ("outcome", |d| d.outcome = false, &["toggle", "rechecked-otherwise", "tail-two-branches"]),
    ("refused", |d| d.refused = false, &["version-column", "watcher-cancelled", "set-of-keys", "lockfile-create-new"]),
    ("copies", |d| d.copies = false, &["copy-written-back"]),
    ("computed", |d| d.computed = false, &["atomic-load-store", "counter-await"]),
    ("merges", |d| d.merges = false, &["answers-merged"]),
    ("looks", |d| d.looks = false, &["revert-path-compared"]),
    ("mixture", |d| d.mixture = false, &["both-switched-on"]),
    ("errors", |d| d.errors = false, &["previous-restored"]),
];

fn changed(definitions: Definitions) -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/explore");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "model") {
            continue;
        }
        let fixture = Fixture::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let verdict = explore_with(&fixture.model, &fixture.question, definitions);
        if fixture.found(&verdict) != (fixture.expect.clone(), fixture.possible.clone()) {
            all.push(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    all.sort();
    all
}

#[test]
fn without_a_part_of_the_definitions_its_programs_fail() {
    let mut wrong = Vec::new();
    for (name, without, wanted) in PARTS {
        let mut definitions = Definitions::default();
        without(&mut definitions);
        let changed = changed(definitions);
        if changed.is_empty() || !wanted.iter().all(|w| changed.iter().any(|c| c == w)) {
            wrong.push(format!("{name}: {wanted:?} should fail, {changed:?} do"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
