//! Two first runs each write a token of their own.

use std::fs;
use std::io;
use std::path::Path;

pub fn token(token_path: &Path) -> io::Result<String> {
    if token_path.exists() {
        return fs::read_to_string(token_path);
    }
    let token = uuid::Uuid::new_v4().to_string();
    // racelint-expect: check-then-open
    fs::write(token_path, &token)?;
    Ok(token)
}
