//! The owned lock on a Redis server: each operation is one script, so one step.

use super::KeyValue;
use redis::{Client, Connection, ConnectionLike, IntoConnectionInfo, Script};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use redis::RedisError;

const ACQUIRE: &str = "if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then \
     return redis.call('incr', KEYS[2]) else return 0 end";
const RENEW: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then \
     return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end";
// #region release
const RELEASE: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then \
     return redis.call('del', KEYS[1]) else return 0 end";
// #endregion release

/// A connection to one server, which must not evict keys; opened anew where it broke.
///
/// A fence is counted in a key of its own, `{key}:fence`, that does not end
/// with the lock. With replicas the lock is only as good as their failover;
/// the fence decides.
///
/// ```no_run
/// use runtime_reference::owned_lock::{OwnedLock, Redis};
/// use std::time::Duration;
///
/// let redis = Redis::connect("redis://localhost:6379", Duration::from_secs(5))?;
/// let lock = OwnedLock::new(redis, "report", Duration::from_secs(30));
/// if let Some(held) = lock.try_acquire()? {
///     println!("the work is ours, fence {}", held.fence());
/// }
/// # Ok::<(), runtime_reference::owned_lock::RedisError>(())
/// ```
pub struct Redis {
    client: Client,
    patience: Duration,
    connection: Mutex<Connection>,
}

impl Redis {
    /// Connects; an answer that takes longer than `patience` is an error.
    ///
    /// What was asked for may have been done all the same: a lock that was
    /// given to nobody who knows is waited out.
    pub fn connect(address: impl IntoConnectionInfo, patience: Duration) -> Result<Self, RedisError> {
        let client = Client::open(address)?;
        let connection = Mutex::new(open(&client, patience)?);
        Ok(Redis { client, patience, connection })
    }

    /// Runs a script on `keys` and `values`; it answers with a number.
    fn run(&self, script: &str, keys: &[&str], values: &[&str]) -> Result<u64, RedisError> {
        let script = Script::new(script);
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(*key);
        }
        for value in values {
            call.arg(*value);
        }
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if !connection.is_open() {
            *connection = open(&self.client, self.patience)?;
        }
        call.invoke(&mut *connection)
    }
}

fn open(client: &Client, patience: Duration) -> Result<Connection, RedisError> {
    let connection = client.get_connection_with_timeout(patience)?;
    connection.set_read_timeout(Some(patience))?;
    connection.set_write_timeout(Some(patience))?;
    Ok(connection)
}

fn milliseconds(time: Duration) -> String {
    time.as_millis().max(1).to_string()
}

impl KeyValue for Redis {
    type Error = RedisError;

    fn acquire(&self, key: &str, token: &str, time: Duration) -> Result<Option<u64>, RedisError> {
        let fence = format!("{{{key}}}:fence");
        let given = self.run(ACQUIRE, &[key, &fence], &[token, &milliseconds(time)])?;
        Ok((given > 0).then_some(given))
    }

    fn renew(&self, key: &str, token: &str, time: Duration) -> Result<bool, RedisError> {
        Ok(self.run(RENEW, &[key], &[token, &milliseconds(time)])? == 1)
    }

    fn release(&self, key: &str, token: &str) -> Result<bool, RedisError> {
        Ok(self.run(RELEASE, &[key], &[token])? == 1)
    }
}
