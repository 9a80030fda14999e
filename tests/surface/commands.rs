//! Standard input, argument files, completions, the manual, statistics, and that no flag is without a test.

use std::io::Write;
use std::process::Stdio;

use crate::harness::{RACY, Ran, check, command, folder, run, write};

fn check_stdin(folder: &std::path::Path, args: &[&str], text: &str) -> Ran {
    let mut command = command(folder, &[&["check", "--format", "compact"], args].concat());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("racelint");
    // Where the arguments are wrong nobody reads.
    let _ = child.stdin.take().expect("a pipe").write_all(text.as_bytes());
    child.wait_with_output().expect("racelint ends").into()
}

#[test]
fn the_standard_input_is_a_file_of_the_project() {
    let folder = folder(&[
        ("racelint.toml", "[[overrides]]\nfiles = [\"/lib/\"]\nrules.all = \"off\"\n"),
        ("src/a.ts", ""),
        ("b.ts", RACY),
    ]);
    let ran = check_stdin(folder.path(), &["-", "--stdin-filename", "src/a.ts"], RACY);
    assert!(ran.code == 1 && ran.out.starts_with("src/a.ts:6:") && ran.out.lines().count() == 1, "{ran:?}");
    let ran = check_stdin(folder.path(), &["-", "--stdin-filename", "src/not-there.ts"], RACY);
    assert!(ran.out.starts_with("src/not-there.ts:6:"), "{ran:?}");
    write(folder.path(), "lib/x.ts", "");
    let ran = check_stdin(folder.path(), &["-", "--stdin-filename", "lib/a.ts"], RACY);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "its path decides what counts");
    for args in [
        &["-"][..],
        &["--stdin-filename", "a.ts"],
        &["-", "b.ts", "--stdin-filename", "a.ts"],
        &["-", "--stdin-filename", "no/a.ts"],
    ] {
        assert_eq!(check_stdin(folder.path(), args, "").code, 2, "{args:?}");
    }
}

#[test]
fn arguments_can_stand_in_a_file() {
    let folder = folder(&[("a.ts", RACY), ("b.ts", RACY), ("args", "--format\ncompact\n\na.ts\n")]);
    let ran = check(folder.path(), &["@args"]);
    assert!(ran.code == 1 && ran.out.starts_with("a.ts:6") && ran.out.lines().count() == 1, "{ran:?}");
    assert!(check(folder.path(), &["@none"]).err.contains("@none: "));
}

#[test]
fn rules_are_counted() {
    let folder = folder(&[("a.ts", RACY), ("b.ts", RACY)]);
    let ran = check(folder.path(), &["--statistics"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "     2  racy-lazy-init\n"));
}

#[test]
fn shells_and_the_manual_know_every_command() {
    let folder = folder(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(folder.path(), &["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("min-confidence") && ran.out.contains("baseline"), "{shell}");
    }
    let ran = run(folder.path(), &["man"]);
    assert!(ran.code == 0 && ran.out.contains(".TH racelint") && ran.out.contains("stdin\\-filename"), "{}", ran.out);
}

/// A flag that no test names is a flag whose loss nobody would notice.
#[test]
fn every_flag_stands_in_a_test() {
    let tests = concat!(
        include_str!("commands.rs"),
        include_str!("config.rs"),
        include_str!("fixes.rs"),
        include_str!("flags.rs"),
        include_str!("formats.rs"),
        include_str!("known.rs"),
        include_str!("suppress.rs"),
        include_str!("../cache.rs"),
        include_str!("../cli.rs"),
        include_str!("../report/forms.rs"),
    );
    let folder = folder(&[]);
    for name in ["check", "report", "explain", "rules", "config", "init", "baseline", "clean", "completions", "man"] {
        let help = run(folder.path(), &[name, "--help"]).out;
        let flags = help
            .lines()
            .filter_map(|line| line.trim_start().starts_with('-').then(|| line.split("--").nth(1)).flatten());
        for flag in flags.filter_map(|rest| rest.split([' ', '=', '[', '\n']).next()) {
            let named = ["\"", "="].iter().any(|end| tests.contains(&format!("\"--{flag}{end}")));
            let counts = named || flag == "threads" && tests.contains("\"-j\"");
            assert!(counts, "racelint {name} --{flag} stands in no test");
        }
        assert!(tests.contains(&format!("\"{name}\"")), "{name}");
    }
}
