//! The owned lock on a Redis server: each operation is one script, so one step.

use super::KeyValue;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const ACQUIRE: &str = "if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then \
     return redis.call('incr', KEYS[2]) else return 0 end";
const RENEW: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then \
     return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end";
// #region release
const RELEASE: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then \
     return redis.call('del', KEYS[1]) else return 0 end";
// #endregion release

/// A connection to one server, which must not evict keys.
///
/// A fence is counted in a key of its own, `{key}:fence`, that does not end
/// with the lock. With replicas the lock is only as good as their failover;
/// the fence decides.
pub struct Redis {
    stream: Mutex<BufReader<TcpStream>>,
}

/// Why the server did not answer.
#[derive(Debug)]
pub enum RedisError {
    /// The connection broke.
    Io(io::Error),
    /// The server refused.
    Refused(String),
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RedisError::Io(error) => error.fmt(f),
            RedisError::Refused(what) => write!(f, "the server refused: {what}"),
        }
    }
}

impl std::error::Error for RedisError {}

impl From<io::Error> for RedisError {
    fn from(error: io::Error) -> Self {
        RedisError::Io(error)
    }
}

impl Redis {
    /// Connects; an answer that takes longer than `patience` is an error.
    pub fn connect(address: impl ToSocketAddrs, patience: Duration) -> Result<Self, RedisError> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        Ok(Redis { stream: Mutex::new(BufReader::new(stream)) })
    }

    /// Runs a script on `keys` and `values`; it answers with a number.
    fn run(&self, script: &str, keys: &[&str], values: &[&str]) -> Result<u64, RedisError> {
        let count = keys.len().to_string();
        let words = ["EVAL", script, &count];
        let words: Vec<&str> = words.iter().chain(keys).chain(values).copied().collect();
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request += &format!("${}\r\n{word}\r\n", word.len());
        }
        // One request at a time: an answer belongs to the one before it.
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        // A line that never ends is no answer.
        stream.by_ref().take(64 * 1024).read_line(&mut line)?;
        let refused = || RedisError::Refused(line.trim_end().to_owned());
        match line.trim_end().split_at_checked(1) {
            Some((":", number)) => number.parse().map_err(|_| refused()),
            _ => Err(refused()),
        }
    }
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
