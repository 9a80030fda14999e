//! The models' short form, as it runs in CI.

use std::process::Command;

#[test]
fn forms_hold_and_twins_break() {
    let models =
        Command::new(env!("CARGO_BIN_EXE_runtime-turmoil")).args(["--seeds", "10"]).output().expect("it starts");
    let text = String::from_utf8_lossy(&models.stdout);
    assert!(models.status.success(), "{text}");
    assert!(!text.contains("RED"), "{text}");
    assert!(text.contains("broke") && text.contains("held"), "{text}");
}
