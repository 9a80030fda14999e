//! Inside the process a mutex keeps the openers apart. The lock file is for other processes, and one that has worked for
//! an hour loses it to them.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

pub struct Shelf {
    open: Mutex<Vec<PathBuf>>,
}

impl Shelf {
    pub fn open(&self, folder: &Path) -> io::Result<()> {
        let mut open = self.open.lock().unwrap();
        take(folder)?;
        open.push(folder.to_path_buf());
        Ok(())
    }
}

fn take(folder: &Path) -> io::Result<()> {
    let path = folder.join(".shelf.lock");
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if is_stale(&path)? {
                // racelint-expect: lock-timeout-steal
                fs::remove_file(&path)?;
                take(folder)
            } else {
                Err(error)
            }
        }
        Err(error) => Err(error),
    }
}

fn is_stale(path: &Path) -> io::Result<bool> {
    let changed = fs::metadata(path)?.modified()?;
    let age = SystemTime::now().duration_since(changed).unwrap_or(Duration::from_secs(0));
    Ok(age > Duration::from_secs(3600))
}
