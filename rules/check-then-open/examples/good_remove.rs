//! Removing what is gone is no harm.

use std::fs;
use std::path::Path;

pub fn clear(path: &Path) {
    if path.exists() {
        let _ = fs::remove_file(path);
    }
}
