//! The state that the next start reads.

use std::fs;
use std::io;
use std::path::Path;

pub fn save_state(state_path: &Path, text: &str) -> io::Result<()> {
    // racelint-expect: non-atomic-publish
    fs::write(state_path, text)
}
