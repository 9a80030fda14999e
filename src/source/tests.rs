//! Folders on disk: which files are read, from which root, in which edition.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Error, Kind, Options, Sources};
use crate::facts::Edition;
use crate::notes::Notes;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn load_from(folder: &Path, paths: &[&str], options: Options) -> Sources {
    let paths = paths.iter().map(|path| folder.join(path)).collect();
    load(&Options { paths, ..options }, &mut Notes::default()).unwrap()
}

fn load(options: &Options, notes: &mut Notes) -> Result<Sources, Error> {
    super::find(options, notes).map(|tree| super::read(tree, |_| true, notes))
}

fn paths(sources: &Sources) -> Vec<&str> {
    sources.files().iter().map(|file| file.path.as_str()).collect()
}

#[test]
fn ignore_files_are_honoured_and_named_paths_override_them() {
    let folder = folder(&[
        (".gitignore", "out/\n*.gen.ts\n"),
        (".racelintignore", "legacy/\n"),
        ("a.ts", ""),
        ("b.gen.ts", ""),
        ("legacy/c.ts", ""),
        ("out/d.ts", ""),
        ("src/.ignore", "e.rs\n"),
        ("src/e.rs", ""),
        ("src/f.rs", ""),
    ]);
    let root = folder.path();
    assert_eq!(paths(&load_from(root, &["."], Options::default())), ["a.ts", "src/f.rs"]);
    let all = ["a.ts", "b.gen.ts", "legacy/c.ts", "out/d.ts", "src/e.rs", "src/f.rs"];
    assert_eq!(paths(&load_from(root, &["."], Options { no_ignore: true, ..Options::default() })), all);
    let named = load_from(root, &[".", "out", "b.gen.ts"], Options::default());
    assert_eq!(paths(&named), ["a.ts", "b.gen.ts", "out/d.ts", "src/f.rs"]);
}

#[test]
fn the_root_is_the_configuration_then_git_then_what_holds_all() {
    let files = [("top/.git/HEAD", ""), ("top/pkg/racelint.toml", ""), ("top/pkg/a/x.ts", ""), ("top/b/y.ts", "")];
    let folder = folder(&files);
    let root = |paths: &[&str]| {
        let sources = load_from(folder.path(), paths, Options::default());
        sources.root().strip_prefix(folder.path().canonicalize().unwrap()).unwrap().to_owned()
    };
    assert_eq!(root(&["top/pkg/a"]), Path::new("top/pkg"));
    assert_eq!(root(&["top/pkg/a/x.ts"]), Path::new("top/pkg"));
    assert_eq!(root(&["top/b"]), Path::new("top"));
    assert_eq!(root(&["top/b", "top/pkg/a"]), Path::new("top"));
    let only = tempfile::tempdir().unwrap();
    fs::write(only.path().join("x.ts"), "").unwrap();
    let sources = load_from(only.path(), &["x.ts"], Options::default());
    assert_eq!(sources.root(), only.path().canonicalize().unwrap());
}

#[test]
fn only_what_lies_in_the_paths_is_reported() {
    let folder = folder(&[("racelint.toml", ""), ("a/x.ts", ""), ("ab/y.ts", ""), ("z.rs", "")]);
    let sources = load_from(folder.path(), &["a", "z.rs"], Options::default());
    let reported: Vec<_> = sources.files().iter().map(|file| (file.path.as_str(), file.reported)).collect();
    assert_eq!(reported, [("a/x.ts", true), ("ab/y.ts", false), ("z.rs", true)]);
}

#[test]
fn editions_come_from_the_nearest_manifest() {
    let folder = folder(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n[workspace.package]\nedition = \"2018\"\n"),
        ("loose.rs", ""),
        ("new/Cargo.toml", "[package]\nname = \"new\"\nedition = \"2024\"\n"),
        ("new/src/deep/lib.rs", ""),
        ("old/Cargo.toml", "[package]\nname = \"old\"\n"),
        ("old/lib.rs", ""),
        ("shared/Cargo.toml", "[package]\nname = \"shared\"\nedition.workspace = true\n"),
        ("shared/src/lib.rs", ""),
    ]);
    let sources = load_from(folder.path(), &["."], Options::default());
    let editions: Vec<_> = sources.files().iter().map(|file| (file.path.as_str(), file.kind)).collect();
    let expected = [
        ("loose.rs", Edition::E2018),
        ("new/src/deep/lib.rs", Edition::E2024),
        ("old/lib.rs", Edition::E2015),
        ("shared/src/lib.rs", Edition::E2018),
    ];
    assert_eq!(editions, expected.map(|(path, edition)| (path, Kind::Rust(edition))));
}

#[test]
fn without_a_manifest_the_edition_is_2021() {
    let folder = folder(&[("a.rs", "")]);
    let sources = load_from(folder.path(), &["."], Options::default());
    assert_eq!(sources.files()[0].kind, Kind::Rust(Edition::E2021));
}

#[test]
fn offsets_count_the_byte_order_mark() {
    let folder = folder(&[("a.ts", "\u{feff}let a;\n")]);
    let sources = load_from(folder.path(), &["."], Options::default());
    let file = &sources.files()[0];
    let position = file.position(4);
    assert_eq!((&*file.text, position.offset, position.column), ("let a;\n", 7, 5));
    assert_eq!(file.offset(position), 4);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let options = Options { paths: vec![PathBuf::from("/nowhere/at/all")], ..Options::default() };
    let error = load(&options, &mut Notes::default()).unwrap_err();
    assert_eq!(error.to_string(), "no such file or folder: /nowhere/at/all");
}
