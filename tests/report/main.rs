//! The validation report: what it says of the fixtures, that its evidence is true, and that its forms hold.

mod claims;
mod forms;
mod incident;

use std::path::{Path, PathBuf};

use racelint::finding::Confidence;
use racelint::selection::Selection;
use racelint::{Progress, Request, baseline, source};
use serde_json::Value;

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder and nothing around it.
fn request(folder: &Path) -> Request {
    Request {
        source: source::Options { root: Some(folder.to_owned()), paths: vec![folder.to_owned()], ..Default::default() },
        baseline: baseline::Choice::None,
        ..Request::default()
    }
}

/// The same, with all that the rules say.
fn request_all(folder: &Path) -> Request {
    let selection = Selection { min_confidence: Some(Confidence::Possible), ..Selection::default() };
    Request { selection, ..request(folder) }
}

/// The validation report of a folder, as its JSON.
fn validated(request: &Request, old: Option<&Value>) -> Value {
    let (_, document) = racelint::validate(request, &Progress::default(), old).expect("a report");
    serde_json::to_value(document).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// All files below a folder, or the file itself.
fn files(path: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(path).sort_by_file_name().into_iter();
    entries
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.file_type().is_file())
        .map(|e| e.into_path())
        .collect()
}
