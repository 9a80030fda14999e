//! What is asked for, and the name it is kept under.

use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Digest::finish(Sha256::new_with_prefix(bytes))
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(hex: &str) -> Option<Self> {
        let bytes = from_hex(hex)?;
        bytes.try_into().ok().map(Digest)
    }

    pub(super) fn finish(hasher: Sha256) -> Self {
        Digest(hasher.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn from_hex(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

/// A name or digest that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadRequest {
    /// Not 64 hexadecimal digits.
    Digest(String),
    /// Not a plain file name of at most 80 bytes.
    Name(String),
}

impl fmt::Display for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRequest::Digest(text) => write!(f, "not a SHA-256 in hexadecimal: {text:?}"),
            BadRequest::Name(text) => write!(f, "not a plain file name: {text:?}"),
        }
    }
}

impl std::error::Error for BadRequest {}

/// A file to be fetched.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) url: String,
    pub(super) digest: Option<Digest>,
    pub(super) len: Option<u64>,
    name: Option<String>,
}

impl Request {
    /// What lies at `url`, whatever it is.
    ///
    /// Without a digest the bytes are taken on trust once, and what was
    /// received is then held to its own digest.
    pub fn new(url: impl Into<String>) -> Self {
        Request { url: url.into(), digest: None, len: None, name: None }
    }

    /// The digest the bytes must have.
    pub fn digest(mut self, digest: Digest) -> Self {
        self.digest = Some(digest);
        self
    }

    /// The digest the bytes must have, in hexadecimal.
    pub fn sha256(self, hex: &str) -> Result<Self, BadRequest> {
        let digest = Digest::parse(hex).ok_or_else(|| BadRequest::Digest(hex.to_owned()))?;
        Ok(self.digest(digest))
    }

    /// The length the bytes must have.
    pub fn len(mut self, len: u64) -> Self {
        self.len = Some(len);
        self
    }

    /// The file's name in the store; else its digest, else a digest of the address.
    pub fn name(mut self, name: impl Into<String>) -> Result<Self, BadRequest> {
        let name = name.into();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-+".contains(&b);
        let ours = [".part", ".lock", ".sum"].iter().any(|end| name.ends_with(end));
        let good = (1..=80).contains(&name.len()) && !name.starts_with('.') && !ours && name.bytes().all(plain);
        if !good {
            return Err(BadRequest::Name(name));
        }
        self.name = Some(name);
        Ok(self)
    }

    /// The name that the target, its lock and its parts go by.
    pub fn key(&self) -> String {
        match (&self.name, &self.digest) {
            (Some(name), _) => name.clone(),
            (None, Some(digest)) => digest.to_string(),
            (None, None) => Digest::of(self.url.as_bytes()).to_string(),
        }
    }
}
