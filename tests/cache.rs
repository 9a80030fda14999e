//! What is kept from one run to the next: it changes how long a run takes, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use racelint::report::Report;
use racelint::{Progress, Request, check, source};
use tempfile::TempDir;

/// Edits of each project; more with `RACELINT_EDITS`.
const EDITS: usize = 25;

/// The same numbers every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// A copy of a project of the fixtures that is a project by itself.
fn copy(project: &str) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects").join(project);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for entry in walkdir::WalkDir::new(&from).into_iter().map(|entry| entry.expect("a fixture")) {
        let to = folder.path().join(entry.path().strip_prefix(&from).expect("it lies in it"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).expect("a new folder");
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
    fs::write(folder.path().join("racelint.toml"), "").expect("a new file");
    folder
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "ts" || ending == "rs")).collect()
}

/// Findings and notes, as text.
fn said(folder: &Path, cache: Option<&Path>) -> String {
    let source = source::Options { paths: vec![folder.to_owned()], ..Default::default() };
    let request = Request { source, cache: cache.map(Path::to_owned), ..Request::default() };
    let report: Report = check(&request, &Progress::default()).expect("a report");
    let notes: Vec<_> = report.notes.list().iter().collect();
    format!("{}\n{notes:?}\n{:?}", serde_json::to_string_pretty(&report.findings).expect("text"), report.hidden)
}

/// A line goes, comes twice, changes places with another, or one word in it becomes another.
fn edit(text: &str, chance: &mut Chance) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (a, b) = (chance.below(lines.len()), chance.below(lines.len()));
    match chance.below(5) {
        0 => drop(lines.remove(a)),
        1 => lines.insert(b, lines[a].clone()),
        2 => lines.swap(a, b),
        3 => lines[a] = lines[a].replace("await ", ""),
        _ => lines[a] = lines[a].replace("this.", "that."),
    }
    lines.join("\n")
}

/// After every edit a run with what was kept says what a run without it says; so does one more, which has it all.
fn follow(project: &str, seed: u64) {
    let (folder, kept) = (copy(project), tempfile::tempdir().expect("a temporary folder"));
    let files = sources(folder.path());
    let original: Vec<String> = files.iter().map(|path| fs::read_to_string(path).expect("text")).collect();
    let mut chance = Chance(seed);
    let edits = std::env::var("RACELINT_EDITS").ok().and_then(|count| count.parse().ok()).unwrap_or(EDITS);
    for number in 0..edits {
        let at = chance.below(files.len());
        let text = fs::read_to_string(&files[at]).expect("text");
        let text = if chance.below(6) == 0 { original[at].clone() } else { edit(&text, &mut chance) };
        fs::write(&files[at], &text).expect("it is written");
        let plain = said(folder.path(), None);
        for round in ["first", "second"] {
            let with = said(folder.path(), Some(kept.path()));
            assert!(
                with == plain,
                "{project}, edit {number}, {round}:\n{text}\n--- without\n{plain}\n--- with\n{with}"
            );
        }
    }
}

#[test]
fn typescript_after_every_edit() {
    follow("model-cache-typescript", 11);
    follow("video-store", 12);
}

#[test]
fn rust_after_every_edit() {
    follow("session-coordinator", 13);
}

fn racelint(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_racelint")).current_dir(folder).args(args).output().expect("racelint runs")
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn runs_keep_what_they_are_told_to_keep() {
    let (project, kept) = (copy("video-store"), tempfile::tempdir().expect("a temporary folder"));
    let kept = kept.path().join("kept");
    let folder = kept.to_str().expect("a name");
    let plain = racelint(project.path(), &["check", "--no-cache", "--format", "json"]);
    assert!(plain.status.code() == Some(1) && !kept.exists());
    for _ in 0..2 {
        let with = racelint(project.path(), &["check", "--cache-dir", folder, "--format", "json"]);
        assert!(with == plain, "{with:?}");
        assert_eq!(count(&kept), 1);
    }
    let file = fs::read_dir(&kept).expect("a folder").next().expect("a file").expect("an entry").path();
    fs::write(&file, b"racelin1 and nothing that means anything").expect("it is written");
    assert!(racelint(project.path(), &["check", "--cache-dir", folder, "--format", "json"]) == plain);
    let cleaned = racelint(project.path(), &["clean", "--cache-dir", folder]);
    assert!(cleaned.status.success() && String::from_utf8_lossy(&cleaned.stdout).contains("1 file removed"));
    assert!(!kept.exists());
    let both = racelint(project.path(), &["check", "--cache-dir", folder, "--no-cache"]);
    assert_eq!(both.status.code(), Some(2), "{both:?}");
}

/// A folder that cannot be written to costs time, and nothing else.
#[test]
fn a_run_that_can_keep_nothing_says_the_same() {
    let project = copy("video-store");
    let plain = racelint(project.path(), &["check", "--no-cache", "--format", "json"]);
    let file = project.path().join("racelint.toml");
    let with = racelint(project.path(), &["check", "--cache-dir", file.to_str().expect("a name"), "--format", "json"]);
    assert!(with == plain, "{with:?}");
}
