//! After every edit a project that is kept open says what a run that knows nothing says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use racelint::session::Session;
use racelint::{Progress, Request, check, source};
use tempfile::TempDir;

/// How many edits; more with `RACELINT_EDITS`.
const EDITS: usize = 60;

/// The same numbers every time.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    pub(crate) fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

pub(crate) fn many(name: &str, few: usize) -> usize {
    std::env::var(name).ok().and_then(|count| count.parse().ok()).unwrap_or(few)
}

/// What people type, in the languages that are read.
const TYPED: &[&str] = &[
    "\n",
    " ",
    "(",
    ")",
    "{",
    "}",
    "await ",
    "x",
    "this.",
    ";",
    "async ",
    "// racelint: allow(racy-lazy-init) -- a\n",
    "\"",
    "return;\n",
    "if (this.ready) {\n",
    "export ",
    "const made = await make();\n",
    "() => {",
    "import { a } from \"./b\";\n",
    ".lock().await",
    "fn made() {}\n",
    "let mut x = 1;\n",
    "class A {\n",
    "drop(guard);\n",
    "ä\u{1f600}",
];

/// A copy of a project of the fixtures that is a project by itself.
pub(crate) fn copy(project: &str) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects").join(project);
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("racelint.toml"), "").expect("a new file");
    for entry in walkdir::WalkDir::new(&from).into_iter().map(|entry| entry.expect("a fixture")) {
        let to = folder.path().join(entry.path().strip_prefix(&from).expect("it lies in it"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).expect("a new folder");
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
    folder
}

pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "ts" || ending == "rs")).collect()
}

fn request(folder: &Path, overlay: &BTreeMap<PathBuf, Vec<u8>>) -> Request {
    let options = source::Options { paths: vec![folder.to_owned()], overlay: overlay.clone(), ..Default::default() };
    Request { source: options, ..Request::default() }
}

/// Findings and notes, as text.
fn said(report: &racelint::report::Report) -> String {
    let notes: Vec<_> = report.notes.list().iter().collect();
    format!("{}\n{notes:?}\n{:?}", serde_json::to_string_pretty(&report.findings).expect("text"), report.hidden)
}

fn edit(text: &mut String, original: &str, chance: &mut Chance) {
    let mut place = |text: &str| {
        let mut at = chance.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (a, b) = (place(text), place(text));
    match chance.below(10) {
        0..=4 => text.insert_str(a, chance.of::<&str>(TYPED)),
        5..=6 => {
            let end = text[a..].char_indices().nth(1 + b % 12).map_or(text.len(), |(at, _)| a + at);
            text.replace_range(a..end, "");
        }
        7 => {
            let line = text[..a].rfind('\n').map_or(0, |at| at + 1);
            let end = text[a..].find('\n').map_or(text.len(), |at| a + at + 1);
            let copy = text[line..end].to_owned();
            text.insert_str(line, &copy);
        }
        _ => text.clone_from(&original.to_owned()),
    }
}

fn follow(project: &str, seed: u64) {
    racelint::explore::remember();
    let folder = copy(project);
    let root = folder.path().canonicalize().expect("a folder");
    let files = sources(&root);
    let original: Vec<String> = files.iter().map(|path| fs::read_to_string(path).expect("text")).collect();
    let mut chance = Chance::new(seed);
    let mut texts = original.clone();
    let mut overlay = BTreeMap::new();
    let mut session = Session::new(request(&root, &overlay));
    for number in 0..many("RACELINT_EDITS", EDITS) {
        let at = chance.below(files.len());
        edit(&mut texts[at], &original[at], &mut chance);
        overlay.insert(files[at].clone(), texts[at].clone().into_bytes());
        session.lay_over(overlay.clone());
        let kept = session.check(&Progress::default()).expect("a report").report;
        let fresh = check(&request(&root, &overlay), &Progress::default()).expect("a report");
        let (kept, fresh) = (said(&kept), said(&fresh));
        assert!(
            kept == fresh,
            "{project}, seed {seed}, edit {number} in {}:\n{}\n---\nkept {kept}\nfresh {fresh}",
            files[at].display(),
            texts[at]
        );
    }
}

#[test]
fn typescript_after_every_edit() {
    follow("model-cache-typescript", 1);
    follow("video-store", 2);
}

#[test]
fn rust_after_every_edit() {
    follow("session-coordinator", 3);
}
