//! Kept: what earlier runs have left, as nobody would have it. Whatever stands there, a run says what it says without.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{RACY, Ran, command, folder, put, racelint};

const GUARDED: &str = include_str!("../../rules/broken-guard/examples/bad_flag_after_await.ts");

fn project() -> tempfile::TempDir {
    folder(&[("racelint.toml", ""), ("a.ts", RACY), ("b.ts", GUARDED)])
}

fn with(project: &Path, kept: &Path) -> Ran {
    racelint(project, &["check", "--format", "json", "--cache-dir", kept.to_str().expect("a name")])
}

fn without(project: &Path) -> Ran {
    racelint(project, &["check", "--format", "json", "--no-cache"])
}

fn is_same(one: &Ran, other: &Ran, about: &str) {
    one.is_well(about);
    assert!(one.code == other.code && one.out == other.out && one.err == other.err, "{about}: {}{}", one.out, one.err);
}

fn files(kept: &Path) -> Vec<PathBuf> {
    fs::read_dir(kept).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn runs_side_by_side_share_it() {
    let (project, kept) = (project(), folder(&[]));
    let plain = without(project.path());
    let kept = kept.path().to_str().expect("a name");
    for round in 0..3 {
        put(project.path(), "c.ts", &format!("export const round = {round};\n"));
        let args = ["check", "--format", "json", "--cache-dir", kept];
        let start = |_| command(project.path(), &args).stdout(std::process::Stdio::piped()).spawn();
        let runs: Vec<_> = (0..6).map(start).collect();
        for run in runs {
            let ran = run.and_then(std::process::Child::wait_with_output).expect("racelint runs");
            assert_eq!(ran.status.code(), plain.code);
            assert_eq!(Ran::of(ran).json()["findings"], plain.json()["findings"]);
        }
        assert_eq!(files(Path::new(kept)).len(), 1, "one file, and nothing half written");
    }
}

/// Bytes that are others, and a file that ends early, at many places.
#[test]
fn damage_changes_nothing() {
    let (project, kept) = (project(), folder(&[]));
    let plain = without(project.path());
    is_same(&with(project.path(), kept.path()), &plain, "the first run");
    let file = files(kept.path()).pop().expect("a file");
    let whole = fs::read(&file).expect("it can be read");
    for part in 0..24 {
        let at = whole.len() * part / 24;
        let mut other = whole.clone();
        other[at..].iter_mut().step_by(97).for_each(|byte| *byte ^= 0xa5);
        fs::write(&file, &other).expect("it is written");
        is_same(&with(project.path(), kept.path()), &plain, "other bytes");
        fs::write(&file, &whole[..at]).expect("it is written");
        is_same(&with(project.path(), kept.path()), &plain, "an early end");
    }
}

#[test]
fn what_stands_in_its_way_stays() {
    let (project, kept) = (project(), folder(&[("mine.txt", "text")]));
    let plain = without(project.path());
    let mine = kept.path().join("mine.txt");
    is_same(&with(project.path(), &mine), &plain, "a file where the folder should be");
    is_same(&with(project.path(), &mine.join("beyond")), &plain, "a folder in a file");
    is_same(&with(project.path(), kept.path()), &plain, "a folder with something else");
    let file = files(kept.path()).into_iter().find(|path| *path != mine).expect("what was kept");
    fs::remove_file(&file).expect("it was there");
    fs::create_dir(&file).expect("a new folder");
    is_same(&with(project.path(), kept.path()), &plain, "a folder where the file should be");
    assert!(file.is_dir());
    assert_eq!(fs::read_to_string(&mine).expect("it is there"), "text");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_only_be_read_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let (project, kept) = (project(), folder(&[]));
    let plain = without(project.path());
    is_same(&with(project.path(), kept.path()), &plain, "the first run");
    let file = files(kept.path()).pop().expect("a file");
    let before = fs::read(&file).expect("it can be read");
    let may =
        |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    may(&file, 0o444);
    may(kept.path(), 0o555);
    put(project.path(), "c.ts", "export const more = 1;\n");
    let ran = with(project.path(), kept.path());
    let is_open = fs::File::options().write(true).open(&file).is_ok(); // an administrator may write all the same
    may(kept.path(), 0o755);
    is_same(&ran, &without(project.path()), "a folder that may only be read");
    assert!(is_open || fs::read(&file).expect("it can be read") == before);
}

/// A file in the project is no source, wherever it comes from.
#[test]
fn the_project_may_hold_it() {
    let project = project();
    let plain = without(project.path());
    for _ in 0..2 {
        is_same(&with(project.path(), project.path()), &plain, "kept in the project");
    }
    assert_eq!(files(project.path()).len(), 4);
}
