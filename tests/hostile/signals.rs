//! Signals: a run that is told to stop stops at once and leaves nothing half done, whatever it is at.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{RACY, command, folder};

fn send(signal: &str, child: &Child) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", child.id())).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

/// The signal that ended it, or the exit code; soon.
fn end(mut child: Child) -> (Option<i32>, Option<i32>) {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(30) {
        if let Some(status) = child.try_wait().expect("a child") {
            return (status.signal(), status.code());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    panic!("it goes on");
}

#[test]
fn an_interrupt_ends_whatever_goes_on() {
    const INTERRUPT: i32 = 2;
    const TERMINATE: i32 = 15;
    let project = folder(&[("racelint.toml", ""), ("a.ts", RACY)]);
    let commands: [&[&str]; 3] = [&["check", "-", "--stdin-filename", "b.ts"], &["lsp"], &["check", "--watch"]];
    for (args, (signal, number)) in
        commands.iter().flat_map(|args| [("INT", INTERRUPT), ("TERM", TERMINATE)].map(|s| (args, s)))
    {
        // The input never ends, so the run is always at something.
        let mut command = command(project.path(), args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("racelint runs");
        let input = child.stdin.take();
        std::thread::sleep(Duration::from_millis(100));
        assert!(child.try_wait().expect("a child").is_none(), "{args:?} waits");
        send(signal, &child);
        assert_eq!(end(child), (Some(number), None), "{args:?}");
        drop(input);
    }
    assert_eq!(std::fs::read_dir(project.path()).expect("a folder").count(), 2, "nothing is left behind");
}

#[test]
fn a_reader_who_leaves_ends_every_form_quietly() {
    let project = folder(&[("racelint.toml", ""), ("a.ts", RACY)]);
    let formats = racelint::report::Format::ALL.iter().map(|(word, ..)| vec!["check", "--format", word]);
    let others = ["report", "rules", "man", "config"].map(|word| vec![word]);
    for args in formats.chain(others) {
        let mut command = command(project.path(), &args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("racelint runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("racelint ends");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {:?}", output.status);
        assert!(output.stderr.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
