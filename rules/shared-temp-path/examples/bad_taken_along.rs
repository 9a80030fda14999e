//! What was read back from the common folder leaves in a closure.

use std::fs::{self, File};
use std::io::{self, Write};

pub fn packed(input: &[u8]) -> io::Result<impl FnOnce() -> Vec<u8>> {
    // racelint-expect: shared-temp-path
    let mut file = File::create("/tmp/packed.c")?;
    file.write_all(input)?;
    drop(file);
    let whole = fs::read("/tmp/packed.c")?;
    Ok(move || whole)
}
