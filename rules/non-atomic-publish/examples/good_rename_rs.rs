//! Filled beside it, put in place in one step.

use std::fs;
use std::io;
use std::path::Path;

pub fn save_state(state_path: &Path, text: &str) -> io::Result<()> {
    let temporary = state_path.with_extension(format!("{}", std::process::id()));
    fs::write(&temporary, text)?;
    fs::rename(&temporary, state_path)
}
