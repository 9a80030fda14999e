//! A temporary file of the library, in the same folder.

use std::io::{self, Write};
use std::path::Path;

pub fn save_state(folder: &Path, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(folder.join("state"))?;
    Ok(())
}
