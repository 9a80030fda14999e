/*!
A lock with an owner over a key-value service: released by its owner only, and fenced.

Invariants:

* **O1** Releasing removes the lock only if it is still one's own: the token is
  compared and the key deleted in one step.
* **O2** A holder that has outlived its time can renew or release nothing.
* **O3** Fences grow in the order in which the lock was given, because they are
  counted in the same step; a resource that compares them refuses whoever was
  overtaken.
* **O4** A dropped holder releases; a killed one is waited out.

The lock alone excludes nobody for certain: a holder may be stopped for longer
than its time. What must not be written twice belongs in a [`Fenced`], or in a
store that compares the fence.

```
use runtime_reference::owned_lock::{Fenced, Memory, OwnedLock};
use std::time::Duration;

let service = Memory::default();
let lock = OwnedLock::new(service, "report", Duration::from_secs(30));
let file = Fenced::new(String::new());

let held = lock.try_acquire()?.expect("nobody else has it");
assert!(lock.try_acquire()?.is_none());
file.write(held.fence(), |text| text.push_str("done")).expect("not overtaken");
assert!(held.release()?);
# Ok::<(), std::convert::Infallible>(())
```
*/

mod fence;
mod memory;
pub mod naive;
#[cfg(feature = "redis")]
mod redis;

#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisError};
pub use fence::{Fenced, Overtaken};
pub use memory::{Clock, Memory};

use crate::sync::Arc;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A service whose operations are each one step, for all who use it.
pub trait KeyValue: Send + Sync {
    /// Why the service did not answer.
    type Error: std::error::Error;

    /// If the key is absent: sets it to `token` for `time`, counts the key's
    /// fence up, and gives the fence. One step: a fence that is counted before
    /// or after could be older than that of an earlier holder.
    fn acquire(&self, key: &str, token: &str, time: Duration) -> Result<Option<u64>, Self::Error>;
    /// If the key holds `token`: lets it stand for `time` from now.
    fn renew(&self, key: &str, token: &str, time: Duration) -> Result<bool, Self::Error>;
    /// If the key holds `token`: deletes it.
    fn release(&self, key: &str, token: &str) -> Result<bool, Self::Error>;
}

/// A lock of this name, at this service.
pub struct OwnedLock<K: KeyValue> {
    shared: Arc<Shared<K>>,
}

struct Shared<K> {
    service: K,
    key: String,
    time: Duration,
}

impl<K: KeyValue> Clone for OwnedLock<K> {
    fn clone(&self) -> Self {
        OwnedLock { shared: Arc::clone(&self.shared) }
    }
}

impl<K: KeyValue> OwnedLock<K> {
    /// The lock `key`, held for at most `time` without a renewal.
    pub fn new(service: K, key: impl Into<String>, time: Duration) -> Self {
        OwnedLock { shared: Arc::new(Shared { service, key: key.into(), time }) }
    }

    /// The lock, or `None` if somebody has it.
    pub fn try_acquire(&self) -> Result<Option<Held<K>>, K::Error> {
        let token = token();
        let Shared { service, key, time } = &*self.shared;
        let fence = service.acquire(key, &token, *time)?;
        Ok(fence.map(|fence| Held { shared: Arc::clone(&self.shared), token, fence, released: false }))
    }
}

/// The lock in one's hands; its drop releases it.
pub struct Held<K: KeyValue> {
    shared: Arc<Shared<K>>,
    token: String,
    fence: u64,
    released: bool,
}

impl<K: KeyValue> Held<K> {
    /// The number by which a resource tells this holder from later ones.
    pub fn fence(&self) -> u64 {
        self.fence
    }

    /// Starts the time anew; false if the lock has been lost.
    pub fn renew(&self) -> Result<bool, K::Error> {
        let Shared { service, key, time } = &*self.shared;
        service.renew(key, &self.token, *time)
    }

    // #region release
    /// Gives the lock back; false if it had been lost.
    pub fn release(mut self) -> Result<bool, K::Error> {
        self.released = true;
        self.shared.service.release(&self.shared.key, &self.token)
    }
    // #endregion release
}

impl<K: KeyValue> Drop for Held<K> {
    fn drop(&mut self) {
        if !self.released
            && let Err(error) = self.shared.service.release(&self.shared.key, &self.token)
        {
            log::warn!("the lock {} must be waited out: {error}", self.shared.key);
        }
    }
}

/// A name that no other holder gets.
fn token() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let chance = || RandomState::new().build_hasher().finish();
    format!("{}-{count}-{:016x}{:016x}", std::process::id(), chance(), chance())
}
