//! A pid file that is looked for and then written.

use std::fs;
use std::io;
use std::path::Path;

pub fn lock(pid_file: &Path) -> io::Result<bool> {
    if pid_file.is_file() {
        return Ok(false);
    }
    // racelint-expect: non-exclusive-lockfile
    fs::write(pid_file, format!("{}", std::process::id()))?;
    Ok(true)
}
