//! One transfer: a GET, what its head allows, and its body into a part.

use super::part::{Part, is_strong};
use super::store::Job;
use super::{Event, Fetch, FetchError, Get, Progress, Response, SourceError};
use crate::os::Os;
use std::io::{self, Read};

/// Why one transfer did not complete the part.
pub(super) enum Fault {
    /// Try again; what the part has is good.
    Broken(SourceError),
    /// Try again from the start; what the part has cannot be used.
    Useless(String),
    /// Do not try again.
    Fatal(FetchError),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Fatal(FetchError::Io(error))
    }
}

impl From<SourceError> for Fault {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Cancelled => Fault::Fatal(FetchError::Cancelled),
            error if error.is_transient() => Fault::Broken(error),
            error => Fault::Fatal(FetchError::Source(error)),
        }
    }
}

/// Brings the part to its full length, or says why not.
pub(super) fn transfer<O: Os>(
    os: &O,
    job: &Job<'_>,
    source: &dyn Fetch,
    progress: &mut dyn Progress,
    slot: &mut Option<Part<O>>,
) -> Result<(), Fault> {
    if let Some(part) = slot
        && Some(part.len) == job.request.len
    {
        return Ok(());
    }
    // Without a strong ETag nothing says that the rest belongs to what we have.
    let resume = slot.as_ref().and_then(|part| part.etag.clone().filter(|_| part.len > 0));
    let from = match (&resume, &slot) {
        (Some(_), Some(part)) => part.len,
        _ => 0,
    };
    let response = source.get(&Get { url: &job.request.url, from, if_range: resume.as_deref(), cancel: job.cancel })?;
    if let Some(encoding) = &response.encoding {
        let what = format!("a body encoded as {encoding}");
        return Err(Fault::from(SourceError::Protocol(what)));
    }
    let total = match response.status {
        206 => right_range(&response, from, resume.as_deref())?,
        200 => {
            // A new file: the old part may be somebody's, and is never truncated.
            let new = Part::create(os, job.folder, job.key, response.etag.clone())?;
            if let Some(old) = slot.replace(new) {
                old.discard(os);
            }
            response.content_length
        }
        416 if from > 0 && response.range.is_some_and(|r| r.total == Some(from)) => {
            // All of it is there already; the digest will tell.
            return Ok(());
        }
        416 => return Err(Fault::Useless("a refused range".to_owned())),
        code => return Err(Fault::from(SourceError::Status(code))),
    };
    let Some(part) = slot else {
        return Err(Fault::Useless("a range that was not asked for".to_owned()));
    };
    if let (Some(wanted), Some(total)) = (job.request.len, total)
        && wanted != total
    {
        return Err(Fault::Useless(format!("{total} bytes in place of {wanted}")));
    }
    part.read_back()?;
    let total = job.request.len.or(total);
    progress.on(&Event::Started { from: part.len, total });
    receive(job, response.body, progress, part, total)
}

/// The whole's length, if this 206 continues exactly what we have.
fn right_range(response: &Response, from: u64, etag: Option<&str>) -> Result<Option<u64>, Fault> {
    let range = response.range.filter(|range| range.first == Some(from));
    let Some(range) = range.filter(|_| from > 0) else {
        return Err(Fault::Useless(format!("a wrong range: {:?}", response.range)));
    };
    let same = |sent: &String| !is_strong(sent) || Some(sent.as_str()) == etag;
    if !response.etag.as_ref().is_none_or(same) {
        return Err(Fault::Useless("the rest of another version".to_owned()));
    }
    Ok(range.total)
}

fn receive<O: Os>(
    job: &Job<'_>,
    mut body: Box<dyn Read + Send>,
    progress: &mut dyn Progress,
    part: &mut Part<O>,
    total: Option<u64>,
) -> Result<(), Fault> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        if job.cancel.is_cancelled() {
            return Err(Fault::Fatal(FetchError::Cancelled));
        }
        let read = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) if job.cancel.is_cancelled() => {
                return Err(Fault::Fatal(FetchError::Cancelled));
            }
            Err(error) => return Err(Fault::Broken(SourceError::Broken(error))),
        };
        if total.is_some_and(|total| part.len + read as u64 > total) {
            return Err(Fault::Useless("more bytes than announced".to_owned()));
        }
        part.write(&buffer[..read])?;
        progress.on(&Event::Bytes { done: part.len, total });
    }
    match total {
        Some(total) if part.len < total => Err(Fault::Broken(SourceError::Broken(io::ErrorKind::UnexpectedEof.into()))),
        _ => Ok(()),
    }
}
