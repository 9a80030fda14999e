//! Two that start together both find no lease, or an old one, and both write theirs.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, io};

pub struct Lease {
    until: u64,
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

impl Lease {
    fn read(folder: &Path) -> io::Result<Option<Lease>> {
        let path = folder.join("service.lock");
        if !path.exists() {
            return Ok(None);
        }
        let until = fs::read_to_string(&path)?.trim().parse().unwrap_or(0);
        Ok(Some(Lease { until }))
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        // racelint-expect: non-exclusive-lockfile
        fs::write(folder.join("service.lock"), self.until.to_string())
    }

    pub fn acquire(folder: &Path) -> io::Result<Lease> {
        if let Some(old) = Lease::read(folder)? {
            if old.until > now() {
                return Err(io::ErrorKind::WouldBlock.into());
            }
        }
        let lease = Lease { until: now() + 30 };
        lease.write(folder)?;
        Ok(lease)
    }
}
