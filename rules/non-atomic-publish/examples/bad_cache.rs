//! A download straight into the cache.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

pub struct Cache {
    cache_dir: PathBuf,
}

impl Cache {
    pub fn load(&self) -> io::Result<Vec<u8>> {
        fs::read(self.cache_dir.join("weights.bin"))
    }

    pub fn put(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(self.cache_dir.join("weights.bin"))?;
        // racelint-expect: non-atomic-publish
        file.write_all(bytes)
    }
}
