//! The extension is the same for all.

use std::fs;
use std::io;
use std::path::Path;

pub fn save(state_path: &Path, text: &str) -> io::Result<()> {
    let temporary = state_path.with_extension("tmp");
    fs::write(&temporary, text)?;
    // racelint-expect: shared-temp-path
    fs::rename(&temporary, state_path)
}
