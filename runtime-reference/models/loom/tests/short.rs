//! The models' short form, as it runs in CI.

use std::process::Command;

#[test]
fn forms_hold_and_twins_break() {
    let models = Command::new(env!("CARGO_BIN_EXE_runtime-loom")).args(["--bound", "2"]).output().expect("it starts");
    let text = String::from_utf8_lossy(&models.stdout);
    assert!(models.status.success(), "{text}");
    assert_eq!(text.matches("held ").count(), 5, "{text}");
    assert_eq!(text.matches("broke ").count(), 2, "{text}");
}
