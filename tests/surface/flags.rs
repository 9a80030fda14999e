//! Flags: each does what its help says, and would be missed.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::harness::{RACY, RULE, check, command, folder, found, hidden, write};

#[test]
fn the_last_level_counts() {
    let folder = folder(&[("racelint.toml", "rules.racy-lazy-init = \"warn\"\n"), ("a.ts", RACY)]);
    let severity =
        |args: &[&str]| found(folder.path(), args).first().and_then(|line| line.rsplit(' ').next().map(str::to_owned));
    assert_eq!(severity(&[]).as_deref(), Some("warn"));
    assert_eq!(severity(&["-D", RULE]).as_deref(), Some("error"));
    assert_eq!(severity(&["--deny", "all"]).as_deref(), Some("error"));
    assert_eq!(severity(&["--allow", RULE]), None);
    assert_eq!(severity(&["-A", "all", "--warn", RULE]).as_deref(), Some("warn"));
    assert_eq!(severity(&["-D", RULE, "-W", RULE]).as_deref(), Some("warn"));
    assert_eq!(severity(&["-W", RULE, "-D", RULE]).as_deref(), Some("error"));
    assert_eq!(severity(&["-D", RULE, "-A", "all"]), None);
    assert!(check(folder.path(), &["-D", "racy-lazy"]).err.contains("racy-lazy-init"), "a suggestion");
}

#[test]
fn only_runs_also_what_is_off() {
    let folder = folder(&[("racelint.toml", "rules.all = \"off\"\n"), ("a.ts", RACY)]);
    assert_eq!(found(folder.path(), &[]), Vec::<String>::new());
    assert_eq!(found(folder.path(), &["--only", RULE]), ["a.ts:6 racy-lazy-init error"]);
    assert_eq!(found(folder.path(), &["--only", "split-locks"]), Vec::<String>::new());
    assert_eq!(check(folder.path(), &["--only", "all-of-it"]).code, 2);
}

#[test]
fn warnings_fail_when_there_are_too_many() {
    let folder = folder(&[("a.ts", RACY), ("b.ts", RACY)]);
    let code = |args: &[&str]| check(folder.path(), &[&["-W", RULE], args].concat()).code;
    assert_eq!(code(&[]), 0);
    assert_eq!((code(&["--max-warnings", "2"]), code(&["--max-warnings", "1"])), (0, 1));
    assert_eq!(code(&["--deny-warnings"]), 1);
    assert_eq!(code(&["--deny-warnings", "--exit-zero"]), 0);
    assert_eq!(code(&["--deny-warnings", "--quiet"]), 1, "what is not printed counts all the same");
    assert_eq!(code(&["--max-warnings", "x"]), 2);
}

#[test]
fn a_run_can_be_told_to_succeed() {
    let folder = folder(&[("a.ts", RACY)]);
    assert_eq!((check(folder.path(), &[]).code, check(folder.path(), &["--exit-zero"]).code), (1, 0));
    assert_eq!(check(folder.path(), &["--exit-zero", "missing"]).code, 2, "but not to have run");
}

#[test]
fn quiet_shows_errors_alone() {
    let folder = folder(&[("a.ts", RACY), ("b.ts", "// racelint: nothing\nexport {};\n"), ("c.ts", "const = 1;\n")]);
    let loud = check(folder.path(), &[]);
    assert!(loud.out.contains("bad-suppression") && !loud.err.is_empty(), "{loud:?}");
    for flag in ["-q", "--quiet"] {
        let quiet = check(folder.path(), &[flag]);
        assert!(
            quiet.out.contains(RULE) && !quiet.out.contains("bad-suppression") && quiet.err.is_empty(),
            "{quiet:?}"
        );
        assert_eq!(hidden(folder.path(), &[flag], "severity"), 1);
    }
}

#[test]
fn a_watched_project_is_checked_again_when_it_changes() {
    let folder = folder(&[("a.ts", "export {};\n"), ("racelint.toml", "")]);
    let mut command = command(folder.path(), &["check", "--watch", "--format", "compact"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("racelint");
    let mut said = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
    let mut waits = || said.any(|line| line.contains("waiting for changes"));
    assert!(waits(), "it checks once");
    write(folder.path(), "README.md", "no code\n");
    write(folder.path(), "a.ts", RACY);
    assert!(waits(), "and again");
    child.kill().expect("it runs until it is ended");
    child.wait().expect("it has ended");
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    assert!(out.starts_with("a.ts:6:") && out.lines().count() == 1, "{out}");
}

#[test]
fn doubt_is_chosen_by_level() {
    let folder = folder(&[("a.ts", RACY)]);
    assert_eq!(found(folder.path(), &["--min-confidence", "certain"]), Vec::<String>::new());
    assert_eq!(found(folder.path(), &["--min-confidence", "possible"]).len(), 1);
}
