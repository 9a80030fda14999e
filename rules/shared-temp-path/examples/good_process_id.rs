//! The process is in the name.

use std::fs;
use std::io;
use std::path::Path;

pub fn save(state_path: &Path, text: &str) -> io::Result<()> {
    let temporary = state_path.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&temporary, text)?;
    fs::rename(&temporary, state_path)
}
