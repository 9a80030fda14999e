//! The models' short form, as it runs in CI.

use std::process::Command;

#[test]
fn forms_hold_and_twins_break() {
    let models =
        Command::new(env!("CARGO_BIN_EXE_runtime-shuttle")).args(["--schedules", "1000"]).output().expect("it starts");
    let text = String::from_utf8_lossy(&models.stdout);
    assert!(models.status.success(), "{text}");
    assert!(text.matches("held ").count() >= 14, "{text}");
    assert!(text.matches("broke ").count() >= 12, "{text}");
}
