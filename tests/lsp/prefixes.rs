//! Half-typed code: a file that is written character by character below finished code. Nothing panics, and what is found
//! in the functions above stays found.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use racelint::session::Session;
use racelint::{Progress, Request, source};

use crate::edits::many;
use crate::projects::{DATABASE, Project};

/// Every so many characters; each one with `RACELINT_PREFIXES=1`.
const STEP: usize = 29;

fn examples() -> Vec<(String, String)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files = Vec::new();
    for rule in ["racy-lazy-init", "reentrant-init", "broken-guard", "check-then-insert", "lock-order"] {
        let folder = rules.join(rule).join("examples");
        let mut names: Vec<_> =
            fs::read_dir(folder).expect("examples").map(|entry| entry.expect("one").path()).collect();
        names.retain(|path| path.is_file());
        names.sort();
        for path in names.into_iter().take(2) {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
            files.push((ending, fs::read_to_string(&path).expect("text")));
        }
    }
    files
}

#[test]
fn what_is_finished_stays_found_while_the_rest_is_typed() {
    racelint::explore::remember();
    let examples = examples();
    assert_eq!(examples.len(), 10);
    for (ending, typed) in examples {
        let path = format!("src/typed.{ending}");
        let project = Project::new(&[("src/database.ts", DATABASE), (&path, "")]);
        let root = project.folder.path().canonicalize().expect("a folder");
        let options = source::Options { paths: vec![root.clone()], ..Default::default() };
        let mut session = Session::new(Request { source: options, ..Request::default() });
        let step = many("RACELINT_PREFIXES", STEP);
        for (end, _) in typed.char_indices().step_by(step).chain([(typed.len(), ' ')]) {
            // In TypeScript the typing goes on below code that is found to be wrong.
            let above = if ending == "ts" { DATABASE } else { "" };
            let text = format!("{above}{}", &typed[..end]);
            session.lay_over(BTreeMap::from([(root.join(&path), text.clone().into_bytes())]));
            let report = session.check(&Progress::default()).expect("a report").report;
            assert!(!report.notes.failed(), "{:?}\n{text}", report.notes.list());
            let found = |path: &str| {
                let lines = DATABASE.lines().count() as u32;
                let of = |finding: &&racelint::finding::Finding| {
                    finding.rule == "racy-lazy-init" && finding.path.ends_with(path) && finding.span.start.line <= lines
                };
                report.findings.iter().filter(of).count()
            };
            assert_eq!(found("src/database.ts"), 1, "{text}");
            assert_eq!(found(&path), usize::from(ending == "ts"), "{text}");
        }
    }
}
