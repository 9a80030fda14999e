//! What is fuzzed: one function for each target, from any bytes to a panic or none.
//!
//! `tests/hostile/targets.rs` runs the same functions over a few seeds, without a fuzzer.

#![forbid(unsafe_code)]

mod messages;
mod mutants;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use racelint::baseline::Baseline;
use racelint::{Progress, Request, baseline, source};
use tempfile::TempDir;

pub use messages::lsp;
pub use mutants::{mutated, soup};

/// A store that is filled twice: something to find.
const STORE: &str = "export class Store {
  private connection?: Connection;
  async get() {
    if (!this.connection) { this.connection = await connect(); }
    return this.connection;
  }
}
";

const USER: &str = "import { Store } from '@/store';\nexport const store = new Store();\nstore.get();\n";

/// TypeScript or JavaScript of any bytes.
pub fn typescript(bytes: &[u8]) {
    let name = ["a.ts", "a.tsx", "a.js", "a.mts"][bytes.len() % 4];
    check(&[(name, bytes)]);
}

/// Rust of any bytes.
pub fn rust(bytes: &[u8]) {
    check(&[("src/lib.rs", bytes)]);
}

/// Every file that says something about a project, by the first byte: it is understood, or refused with a word.
pub fn config(bytes: &[u8]) {
    let files = ["racelint.toml", "Cargo.toml", "package.json", "tsconfig.json", "pnpm-workspace.yaml", "lerna.json"];
    let [first, bytes @ ..] = bytes else { return };
    let name = files[usize::from(*first) % files.len()];
    let folder = folder(&[
        (name, bytes),
        ("src/store.ts", STORE.as_bytes()),
        ("src/user.ts", USER.as_bytes()),
        ("src/lib.rs", b"mod a;"),
        ("src/a.rs", b"pub fn a() {}"),
        ("packages/b/package.json", b"{ \"name\": \"b\", \"main\": \"dist/index.js\" }"),
        ("packages/b/src/index.ts", b"export * from '../../../src/store';"),
    ]);
    run(&request(folder.path()));
}

/// Files that racelint has written before, and that anybody may have changed since: a baseline, a report to compare with.
pub fn reports(bytes: &[u8]) {
    let folder = folder(&[("store.ts", STORE.as_bytes()), ("old.json", bytes)]);
    let old = folder.path().join("old.json");
    let report = run(&request(folder.path())).expect("without the file nothing is wrong");
    if let Ok(Some(baseline)) = Baseline::load(folder.path(), &baseline::Choice::Given(old.clone())) {
        let (known, gone) = baseline.match_all(&report.findings, &report.sources);
        assert_eq!(known.len(), report.findings.len());
        assert!(gone <= baseline.len());
        assert!(baseline.pruned(&report.findings, &report.sources).len() <= baseline.len());
        let text = baseline.with(Baseline::of(&report.findings, &report.sources)).text();
        fs::write(&old, text).expect("a file is written");
        assert!(Baseline::load(folder.path(), &baseline::Choice::Given(old.clone())).is_ok_and(|read| read.is_some()));
    } else if let Ok(value) = serde_json::from_slice(bytes) {
        let made = racelint::validate(&request(folder.path()), &Progress::default(), Some(&value));
        assert!(made.is_ok_and(|(report, _)| !report.notes.failed()));
    }
    let path = |path: &Path| path.as_os_str().to_owned();
    cli(&["check".into(), "--diff-from".into(), path(&old), path(&old)]);
    cli(&["check".into(), "--baseline".into(), path(&old), path(folder.path())]);
}

/// The command line with nobody to read what it says.
fn cli(args: &[std::ffi::OsString]) {
    let mut console = racelint::cli::Console {
        out: Box::new(std::io::sink()),
        err: Box::new(std::io::sink()),
        out_is_terminal: false,
        err_is_terminal: false,
        width: None,
    };
    let args = [&["racelint".into()], args].concat();
    assert!(racelint::cli::run(args, &mut console) <= 2);
}

/// A new folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a new folder");
        fs::write(path, bytes).expect("a new file");
    }
    folder
}

fn request(root: &Path) -> Request {
    let root = root.canonicalize().expect("the folder is there");
    let source = source::Options { paths: vec![root.clone()], root: Some(root), ..source::Options::default() };
    Request { source, threads: 1, ..Request::default() }
}

/// The whole of racelint over files that are on no disk.
fn check(files: &[(&str, &[u8])]) {
    let folder = folder(&[]);
    let mut request = request(folder.path());
    let root = request.source.paths[0].clone();
    let overlay: BTreeMap<PathBuf, Vec<u8>> =
        files.iter().map(|(path, bytes)| (root.join(path), bytes.to_vec())).collect();
    request.source.paths = overlay.keys().cloned().collect();
    request.source.overlay = overlay;
    let report = run(&request).expect("there is no configuration that could be wrong");
    let mut console = Vec::new();
    for (_, format, _) in racelint::report::Format::ALL {
        report.write(*format, racelint::report::Style { colour: false, width: 80 }, &mut console).expect("memory");
    }
    assert!(std::str::from_utf8(&console).is_ok_and(|text| !text.contains('\u{1b}')));
}

/// One run, in which no part of racelint fails; `None` if it was refused.
fn run(request: &Request) -> Option<racelint::report::Report> {
    match racelint::check(request, &Progress::default()) {
        Ok(report) => {
            assert!(!report.notes.failed(), "{:?}", report.notes.list());
            Some(report)
        }
        Err(racelint::Error::Internal(message)) => panic!("{message}"),
        Err(_) => None,
    }
}
