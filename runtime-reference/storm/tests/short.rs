//! The storm's short form, as it runs in CI.

use std::process::Command;

#[test]
fn forms_hold_and_twins_break() {
    let storm = Command::new(env!("CARGO_BIN_EXE_runtime-storm")).arg("short").output().expect("it starts");
    let text = String::from_utf8_lossy(&storm.stdout);
    assert!(storm.status.success(), "{text}");
    assert_eq!(text.matches("held ").count(), 6, "{text}");
    assert_eq!(text.matches("broke").count(), 6, "{text}");
}
