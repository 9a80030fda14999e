//! The real file system, by std alone (and `statfs` on Linux).

use super::{LockTrust, Os, OsFile, Stamp, folder_of};
use std::collections::hash_map::RandomState;
use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

/// The operating system's own files and locks.
#[derive(Debug, Clone, Copy, Default)]
pub struct StdOs;

/// An open file.
#[derive(Debug)]
pub struct StdFile(File);

/// An operating system's lock, freed when this is dropped or the process ends.
///
/// It is taken through an open of its own, which is never cloned.
#[derive(Debug)]
pub struct StdLock {
    // Closing the only open of the file frees the lock.
    _file: File,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
static COUNTER: AtomicU64 = AtomicU64::new(0);

impl Os for StdOs {
    type File = StdFile;
    type Lock = StdLock;

    fn create_new(&self, path: &Path) -> io::Result<StdFile> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        options.open(path).map(StdFile)
    }

    fn open_write(&self, path: &Path) -> io::Result<StdFile> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).open(path).map(StdFile)
    }

    fn open_read(&self, path: &Path) -> io::Result<StdFile> {
        File::open(path).map(StdFile)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        // On Windows a reader may hold the name for a moment.
        let tries = if cfg!(windows) { 10 } else { 0 };
        let mut pause = Duration::from_millis(10);
        for _ in 0..tries {
            match std::fs::rename(from, to) {
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    self.pause(pause);
                    pause *= 2;
                }
                outcome => return outcome,
            }
        }
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn stamp(&self, path: &Path) -> io::Result<Option<Stamp>> {
        let data = match std::fs::metadata(path) {
            Ok(data) => data,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let modified = data.modified()?.duration_since(UNIX_EPOCH);
        Ok(Some(Stamp { len: data.len(), modified: modified.map_or(0, |time| time.as_nanos()), inode: inode(&data) }))
    }

    fn age(&self, path: &Path) -> io::Result<Option<Duration>> {
        match std::fs::metadata(path) {
            // A time in the future counts as now.
            Ok(data) => Ok(Some(data.modified()?.elapsed().unwrap_or_default())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            // Names that are not UTF-8 are none of ours.
            names.extend(entry?.file_name().into_string().ok());
        }
        names.sort();
        Ok(names)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // A folder cannot be opened as a file on Windows; its journal keeps names.
        if cfg!(windows) {
            return Ok(());
        }
        File::open(folder)?.sync_all()
    }

    fn copy_mode(&self, file: &StdFile, like: &Path) -> io::Result<()> {
        match std::fs::metadata(like) {
            Ok(data) => file.0.set_permissions(data.permissions()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let mut path = path.to_owned();
        for _ in 0..40 {
            match std::fs::read_link(&path) {
                Ok(target) => path = folder_of(&path).join(target),
                Err(_) => return Ok(path),
            }
        }
        Err(io::Error::other("too many symbolic links"))
    }

    // #region lock
    fn try_lock(&self, path: &Path) -> io::Result<Option<StdLock>> {
        // Written to on no system, but some want a writable handle for a lock.
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(StdLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
    // #endregion lock

    fn lock_trust(&self, folder: &Path) -> LockTrust {
        if is_remote(folder) {
            return LockTrust::None;
        }
        let probe = folder.join(format!(".probe-{}", self.unique()));
        let trust = match (self.try_lock(&probe), self.try_lock(&probe)) {
            (Ok(Some(_)), Ok(None)) => LockTrust::Local,
            _ => LockTrust::None,
        };
        // The probe's name is unique: nobody else waits for its lock.
        if let Err(error) = self.remove(&probe) {
            log::debug!("the lock probe {} stays: {error}", probe.display());
        }
        trust
    }

    fn unique(&self) -> String {
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        // Every `RandomState` is seeded anew, so two processes with one number differ.
        let nonce = RandomState::new().build_hasher().finish();
        format!("{}-{count}-{nonce:016x}", std::process::id())
    }

    fn now(&self) -> Duration {
        START.elapsed()
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

impl OsFile for StdFile {
    #[cfg(unix)]
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.0, bytes, offset)
    }

    #[cfg(not(unix))]
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        use std::io::{Seek, Write};
        self.0.seek(io::SeekFrom::Start(offset))?;
        self.0.write_all(bytes)
    }

    #[cfg(unix)]
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buffer, offset)
    }

    #[cfg(not(unix))]
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        use std::io::{Read, Seek};
        self.0.seek(io::SeekFrom::Start(offset))?;
        self.0.read(buffer)
    }

    fn len(&self) -> io::Result<u64> {
        self.0.metadata().map(|data| data.len())
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }
}

#[cfg(unix)]
fn inode(data: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(data)
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> u64 {
    0
}

/// File systems whose locks another host may not see, by `linux/magic.h`.
#[cfg(target_os = "linux")]
const REMOTE: [(u64, &str); 11] = [
    (0x6969, "nfs"),
    (0x517B, "smb"),
    (0xFF53_4D42, "cifs"),
    (0xFE53_4D42, "smb2"),
    (0x6573_5546, "fuse"),
    (0x0102_1997, "9p"),
    (0x00C3_6400, "ceph"),
    (0x5346_414F, "afs"),
    (0x7375_7245, "coda"),
    (0x0BD0_0BD0, "lustre"),
    (0x4750_4653, "gpfs"),
];

#[cfg(target_os = "linux")]
fn is_remote(folder: &Path) -> bool {
    // The type's width differs between architectures; magic numbers have 32 bits.
    let Ok(stat) = rustix::fs::statfs(folder) else {
        return true;
    };
    let kind = u64::try_from(stat.f_type).unwrap_or(u64::MAX) & 0xFFFF_FFFF;
    REMOTE.iter().any(|(magic, _)| *magic == kind)
}

#[cfg(not(target_os = "linux"))]
fn is_remote(_: &Path) -> bool {
    false
}
