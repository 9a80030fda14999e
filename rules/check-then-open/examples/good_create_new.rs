//! One of them creates it; the other takes what is there.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

pub fn token(token_path: &Path) -> io::Result<String> {
    let token = uuid::Uuid::new_v4().to_string();
    match OpenOptions::new().write(true).create_new(true).open(token_path) {
        Ok(mut file) => file.write_all(token.as_bytes())?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    fs::read_to_string(token_path)
}
