//! What was not there a moment ago is emptied.

use std::fs::File;
use std::io;
use std::path::Path;

pub fn touch(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    // racelint-expect: check-then-open
    File::create(path)?;
    Ok(())
}
