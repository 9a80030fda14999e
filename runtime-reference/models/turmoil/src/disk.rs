//! A disk that loses what was not synced, with a process that stops after so many calls.

use runtime_reference::os::{LockTrust, Os, OsFile, Stamp};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use turmoil::fs::shim::std::fs;

/// The simulated file system, cut off after a number of calls that change it.
#[derive(Clone)]
pub(crate) struct Disk {
    left: Arc<AtomicUsize>,
    count: Arc<AtomicU64>,
}

impl Disk {
    /// Works for `calls` calls; then the power is gone.
    pub(crate) fn failing_after(calls: usize) -> Self {
        Disk { left: Arc::new(AtomicUsize::new(calls)), count: Arc::default() }
    }

    fn call(&self) -> io::Result<()> {
        let less = |left: usize| left.checked_sub(1);
        match self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less) {
            Ok(_) => Ok(()),
            Err(_) => Err(io::Error::other("the power is gone")),
        }
    }
}

pub(crate) struct DiskFile {
    disk: Disk,
    file: fs::File,
}

impl Os for Disk {
    type File = DiskFile;
    type Lock = ();

    fn create_new(&self, path: &Path) -> io::Result<DiskFile> {
        self.call()?;
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create_new(true);
        Ok(DiskFile { disk: self.clone(), file: options.open(path)? })
    }

    fn open_write(&self, path: &Path) -> io::Result<DiskFile> {
        let mut options = fs::OpenOptions::new();
        Ok(DiskFile { disk: self.clone(), file: options.read(true).write(true).open(path)? })
    }

    fn open_read(&self, path: &Path) -> io::Result<DiskFile> {
        Ok(DiskFile { disk: self.clone(), file: fs::File::open(path)? })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call()?;
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call()?;
        fs::remove_file(path)
    }

    fn stamp(&self, path: &Path) -> io::Result<Option<Stamp>> {
        match fs::metadata(path) {
            Ok(data) => Ok(Some(Stamp { len: data.len(), modified: 0, inode: 0 })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn age(&self, path: &Path) -> io::Result<Option<Duration>> {
        Ok(self.stamp(path)?.map(|_| Duration::ZERO))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.extend(entry?.file_name().into_string().ok());
        }
        names.sort();
        Ok(names)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.call()?;
        fs::sync_dir(folder)
    }

    fn copy_mode(&self, _: &DiskFile, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn try_lock(&self, _: &Path) -> io::Result<Option<()>> {
        Ok(Some(()))
    }

    fn lock_trust(&self, _: &Path) -> LockTrust {
        LockTrust::Local
    }

    fn unique(&self) -> String {
        format!("1-{}", self.count.fetch_add(1, Ordering::SeqCst))
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.count.fetch_add(1, Ordering::SeqCst))
    }

    fn pause(&self, _: Duration) {}
}

impl OsFile for DiskFile {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.call()?;
        self.file.write_all_at(bytes, offset)
    }

    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.call()?;
        self.file.sync_all()
    }
}
