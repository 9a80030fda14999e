//! A lock of the operating system is held from the read to the write.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use fs2::FileExt;

pub fn bump(state_path: &Path, lock_path: &Path) -> io::Result<()> {
    let lock = File::open(lock_path)?;
    lock.lock_exclusive()?;
    let count: u64 = fs::read_to_string(state_path)?.trim().parse().unwrap_or(0);
    let temporary = state_path.with_file_name(format!("state.{}", std::process::id()));
    fs::write(&temporary, format!("{}", count + 1))?;
    fs::rename(&temporary, state_path)
}
