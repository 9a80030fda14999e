//! Disk: files that change under a run, and places that cannot be written to.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use racelint::notes::{Kind, Notes};
use racelint::source;

use crate::run::{RACY, check, folder, put, racelint};

/// What changes between the walk and the read is a note, and costs nothing else.
#[test]
fn files_that_change_under_a_run_are_noted() {
    let project =
        folder(&[("racelint.toml", ""), ("gone.ts", ""), ("kept.ts", RACY), ("now_a_folder.ts", ""), ("grown.ts", "")]);
    let options = source::Options { paths: vec![project.path().to_owned()], ..source::Options::default() };
    let mut notes = Notes::default();
    let tree = source::find(&options, &mut notes).expect("the folder is there");
    let at = |name: &str| project.path().join(name);
    fs::remove_file(at("gone.ts")).expect("it was there");
    fs::remove_file(at("now_a_folder.ts")).expect("it was there");
    fs::create_dir(at("now_a_folder.ts")).expect("a new folder");
    fs::File::options().write(true).open(at("grown.ts")).and_then(|file| file.set_len(1 << 36)).expect("a sparse file");
    let sources = source::read(tree, |_| true, &mut notes);
    notes.sort();
    let kinds: Vec<Kind> = notes.list().iter().map(|note| note.kind).collect();
    assert_eq!(kinds, [Kind::Unreadable, Kind::TooLarge, Kind::Unreadable], "{:?}", notes.list());
    assert_eq!(sources.files().iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["kept.ts"]);
}

/// Somebody writes, removes and renames files all the time.
#[test]
fn a_busy_folder_is_checked_all_the_same() {
    let project = folder(&[("racelint.toml", ""), ("store.ts", RACY)]);
    let stop = AtomicBool::new(false);
    let busy = |number: usize| {
        let (from, to) = (format!("dir{number}/a.ts"), format!("dir{number}/b.ts"));
        while !stop.load(Ordering::Relaxed) {
            put(project.path(), &from, RACY);
            let _ = fs::rename(project.path().join(&from), project.path().join(&to));
            let _ = fs::remove_dir_all(project.path().join(format!("dir{number}")));
        }
    };
    std::thread::scope(|scope| {
        (0..2).for_each(|number| drop(scope.spawn(move || busy(number))));
        for _ in 0..10 {
            let ran = check(project.path());
            let code = ran.code;
            let found = ran.out.contains("\"store.ts\"");
            if code != Some(1) || !found {
                stop.store(true, Ordering::Relaxed);
            }
            assert_eq!((code, found), (Some(1), true), "{}", ran.err);
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_a_note() {
    use std::os::unix::fs::PermissionsExt;
    let project = folder(&[("racelint.toml", ""), ("a.ts", RACY), ("shut/b.ts", RACY)]);
    let shut = project.path().join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o0)).expect("permissions can be set");
    let is_open = fs::read_dir(&shut).is_ok(); // for an administrator nothing is shut
    let ran = check(project.path());
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).expect("permissions can be set");
    ran.is_well("a shut folder");
    assert_eq!(ran.json()["findings"].as_array().map(Vec::len), Some(1 + usize::from(is_open)));
    assert_eq!(ran.err.contains("shut"), !is_open, "{}", ran.err);
}

/// Every command that writes, to a place where nothing can be written: said with the name of the place, and 2.
#[test]
fn what_cannot_be_written_is_said() {
    let project = folder(&[("racelint.toml", ""), ("a.ts", RACY), ("file", "")]);
    let beyond = "file/out";
    let mut places = vec![beyond.to_owned(), ".".to_owned()];
    if Path::new("/dev/full").exists() {
        places.push("/dev/full".to_owned());
    }
    for place in places {
        let commands: [&[&str]; 6] = [
            &["check", "--format", "sarif", "--output", &place],
            &["check", "--format", &format!("json:{place}")],
            &["report", "--format", "html", "--output", &place],
            &["report", "--format", "json", "--output", &place],
            &["report", "--output", &place],
            &["baseline", "--output", &place],
        ];
        for args in commands {
            let ran = racelint(project.path(), args);
            assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
            assert!(ran.err.starts_with("racelint: ") && ran.err.contains(place.as_str()), "{args:?}: {}", ran.err);
        }
    }
    assert_eq!(fs::read_dir(project.path()).expect("a folder").count(), 3, "nothing is left behind");
}

/// On a full disk the standard output is said to be so, too.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_2() {
    let project = folder(&[("racelint.toml", ""), ("a.ts", RACY)]);
    for format in racelint::report::Format::ALL.iter().map(|(word, ..)| word) {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let mut command = crate::run::command(project.path(), &["check", "--format", format]);
        let ran = crate::run::Ran::of(command.stdout(full).output().expect("racelint runs"));
        assert_eq!(ran.code, Some(2), "{format}: {}", ran.err);
        assert!(ran.err.contains("the output cannot be written"), "{format}: {}", ran.err);
    }
}

/// A file that is mended on a disk with no room left stays what it was.
#[cfg(unix)]
#[test]
fn a_full_disk_costs_no_source() {
    let fixable = include_str!("../../rules/broken-guard/examples/bad_flag_after_await.ts");
    let long = format!("{fixable}{}", "// a line of many\n".repeat(10_000));
    let kept = folder(&[]);
    let project = folder(&[
        ("racelint.toml", ""),
        ("a.ts", &long),
        ("racelint-baseline.json", "{\"version\":1,\"findings\":[]}"),
    ]);
    let commands: [&[&str]; 2] = [
        &["check", "--no-baseline", "--fix", "--unsafe-fixes"],
        &["check", "--no-baseline", "--add-suppressions", "why"],
    ];
    for args in commands {
        // No file of more than a few blocks can be written here.
        let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
        let mut shell = std::process::Command::new("sh");
        shell.current_dir(project.path()).args(["-c", script, env!("CARGO_BIN_EXE_racelint")]).args(args);
        shell.env("XDG_CACHE_HOME", kept.path());
        let ran = crate::run::Ran::of(shell.output().expect("a shell"));
        assert_eq!(ran.code, Some(2), "{args:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("a.ts: "), "{args:?}: {}", ran.err);
        let now = fs::read_to_string(project.path().join("a.ts")).expect("it is there");
        assert!(now == long, "{args:?}: the file has {} bytes now", now.len());
    }
    assert_eq!(fs::read_dir(project.path()).expect("a folder").count(), 3, "nothing is left behind");
}

/// What a mended file may do it may do still, and a link stays one.
#[cfg(unix)]
#[test]
fn a_mended_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let fixable = include_str!("../../rules/broken-guard/examples/bad_flag_after_await.ts");
    let project = folder(&[("racelint.toml", ""), ("a.ts", fixable)]);
    let path = project.path().join("a.ts");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).expect("permissions can be set");
    racelint(project.path(), &["check", "--add-suppressions", "why"]).is_well("suppressions");
    assert!(fs::read_to_string(&path).expect("it is there").contains("-- why"));
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o750);
}
