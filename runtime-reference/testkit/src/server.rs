//! An HTTP server that can be told to misbehave, one fault per GET.

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How one GET goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does not.
    None,
    /// An error status and no body.
    Status(u16),
    /// The connection closes before an answer.
    CloseAtOnce,
    /// What is sent is no HTTP.
    Garbage,
    /// The body ends after so many bytes, short of its announced length.
    CutAt(u64),
    /// The body stops after so many bytes, and the connection stays open for a while.
    StallAt(u64, Duration),
    /// The announced length is half of the real one, and so is the body.
    HalfLength,
    /// Twice the bytes, with no announced length.
    TooLong,
    /// The right length, other bytes.
    WrongBytes,
    /// A request for a range gets a 200 with everything.
    IgnoreRange,
    /// A 206 whose bytes start at 0, and says so.
    WrongRange,
    /// A 206 that says the right range and sends bytes from 0.
    LyingRange,
    /// A request for a range gets a 416.
    RefuseRange,
    /// The version changes: another ETag and other bytes, from now on.
    NewVersion,
    /// The right bytes, labelled as gzip.
    GzipLabel,
    /// No length; the end of the connection ends the body.
    NoLength,
}

/// What lies at a path.
#[derive(Debug, Clone, Default)]
pub struct Blob {
    /// The bytes.
    pub bytes: Arc<Vec<u8>>,
    /// The ETag header, quotes and all; none if empty.
    pub etag: String,
    /// What `NewVersion` changes it to.
    pub next: Option<(Arc<Vec<u8>>, String)>,
    /// Bytes per second; 0 for no limit.
    pub speed: u64,
    /// The faults of the next GETs; then it is honest.
    pub faults: VecDeque<Fault>,
}

impl Blob {
    /// An honest blob with a strong ETag.
    pub fn new(bytes: Vec<u8>) -> Self {
        Blob { bytes: Arc::new(bytes), etag: "\"v1\"".to_owned(), ..Blob::default() }
    }
}

/// What was asked for and sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// GET requests.
    pub gets: u64,
    /// HEAD requests.
    pub heads: u64,
    /// GETs that had a fault.
    pub faults: u64,
    /// Body bytes sent.
    pub bytes: u64,
}

#[derive(Default)]
struct Shared {
    blobs: Mutex<HashMap<String, (Blob, Counts)>>,
    stop: AtomicBool,
}

/// A running server; it ends when this is dropped.
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server on a free port of this machine.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let thread = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || accept(&listener, &shared))
        };
        Ok(Server { shared, address, thread: Some(thread) })
    }

    /// The address of a path, which starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Puts a blob at a path and sets the path's counts to zero.
    pub fn put(&self, path: &str, blob: Blob) {
        lock(&self.shared).insert(path.to_owned(), (blob, Counts::default()));
    }

    /// What was asked for and sent at a path.
    pub fn counts(&self, path: &str) -> Counts {
        lock(&self.shared).get(path).map_or_else(Counts::default, |b| b.1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // Wakes the accept; whether it was heard does not matter.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            // Connections end by themselves; a panic was printed already.
            let _ = thread.join();
        }
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, HashMap<String, (Blob, Counts)>> {
    shared.blobs.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stop.load(Ordering::SeqCst) {
            return;
        }
        if let Ok(stream) = stream {
            let shared = Arc::clone(shared);
            // A client that goes away in the middle is an everyday thing here.
            std::thread::spawn(move || drop(serve(stream, &shared)));
        }
    }
}

struct Asked {
    head_only: bool,
    path: String,
    from: Option<u64>,
    to: Option<u64>,
    if_range: Option<String>,
}

fn read_request(stream: &TcpStream) -> io::Result<Option<Asked>> {
    let mut lines = BufReader::new(stream).lines();
    let Some(first) = lines.next() else {
        return Ok(None);
    };
    let first = first?;
    let mut words = first.split(' ');
    let mut asked = Asked {
        head_only: words.next() == Some("HEAD"),
        path: words.next().unwrap_or("/").to_owned(),
        from: None,
        to: None,
        if_range: None,
    };
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else {
            return Ok(Some(asked));
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "if-range" => asked.if_range = Some(value.to_owned()),
            "range" => {
                let span = value.strip_prefix("bytes=").and_then(|s| s.split_once('-'));
                asked.from = span.and_then(|(from, _)| from.parse().ok());
                asked.to = span.and_then(|(_, to)| to.parse().ok());
            }
            _ => {}
        }
    }
    Ok(None)
}

fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let Some(asked) = read_request(&stream)? else {
        return Ok(());
    };
    let (blob, fault) = {
        let mut blobs = lock(shared);
        let Some((blob, counts)) = blobs.get_mut(&asked.path) else {
            drop(blobs);
            return write!(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        };
        let fault = match asked.head_only {
            true => Fault::None,
            false => blob.faults.pop_front().unwrap_or(Fault::None),
        };
        counts.gets += u64::from(!asked.head_only);
        counts.heads += u64::from(asked.head_only);
        counts.faults += u64::from(fault != Fault::None);
        if fault == Fault::NewVersion
            && let Some((bytes, etag)) = blob.next.take()
        {
            (blob.bytes, blob.etag) = (bytes, etag);
        }
        (blob.clone(), fault)
    };
    answer(&mut stream, shared, &asked, &blob, fault)
}

/// Which bytes are sent, and how the head describes them.
struct Plan {
    status: &'static str,
    first: usize,
    body: Vec<u8>,
    range: Option<String>,
    length: Option<usize>,
}

fn plan(asked: &Asked, blob: &Blob, fault: Fault) -> Plan {
    let all = &blob.bytes;
    let mut plan = Plan { status: "200 OK", first: 0, body: Vec::new(), range: None, length: None };
    let fits = asked.if_range.as_ref().is_none_or(|tag| *tag == blob.etag);
    let mut end = all.len();
    if let Some(from) = asked.from
        && fits
        && fault != Fault::IgnoreRange
    {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        if from >= all.len() || fault == Fault::RefuseRange {
            plan.status = "416 Range Not Satisfiable";
            plan.range = Some(format!("bytes */{}", all.len()));
            plan.length = Some(0);
            return plan;
        }
        plan.status = "206 Partial Content";
        let shown = if fault == Fault::WrongRange { 0 } else { from };
        plan.first = match fault {
            Fault::WrongRange | Fault::LyingRange => 0,
            _ => from,
        };
        let last = asked.to.and_then(|to| usize::try_from(to).ok());
        end = last.map_or(end, |last| end.min(last + 1));
        plan.range = Some(format!("bytes {shown}-{}/{}", end - 1, all.len()));
    }
    plan.body = all[plan.first..end].to_vec();
    match fault {
        Fault::HalfLength => plan.body.truncate(plan.body.len() / 2),
        Fault::TooLong => plan.body.extend_from_within(..),
        Fault::WrongBytes => plan.body.iter_mut().for_each(|byte| *byte ^= 0x55),
        // As many bytes as were announced, but from the start.
        Fault::LyingRange => plan.body.truncate(end - asked.from.unwrap_or(0) as usize),
        _ => {}
    }
    if !matches!(fault, Fault::TooLong | Fault::NoLength) {
        plan.length = Some(plan.body.len());
    }
    plan
}

fn answer(stream: &mut TcpStream, shared: &Shared, asked: &Asked, blob: &Blob, fault: Fault) -> io::Result<()> {
    match fault {
        Fault::CloseAtOnce => return Ok(()),
        Fault::Garbage => return stream.write_all(b"220 mail.example ready\r\n\r\n"),
        Fault::Status(code) => {
            return write!(stream, "HTTP/1.1 {code} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        _ => {}
    }
    let plan = plan(asked, blob, fault);
    let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\nAccept-Ranges: bytes\r\n", plan.status);
    if !blob.etag.is_empty() {
        head += &format!("ETag: {}\r\nX-Repo-Commit: 0123456789abcdef\r\n", blob.etag);
    }
    if let Some(range) = &plan.range {
        head += &format!("Content-Range: {range}\r\n");
    }
    if let Some(length) = plan.length {
        head += &format!("Content-Length: {length}\r\n");
    }
    if fault == Fault::GzipLabel {
        head += "Content-Encoding: gzip\r\n";
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    if asked.head_only {
        return Ok(());
    }
    let cut = match fault {
        Fault::CutAt(at) | Fault::StallAt(at, _) => plan.body.len().min(at as usize),
        _ => plan.body.len(),
    };
    send(stream, shared, &asked.path, &plan.body[..cut], blob.speed)?;
    if let Fault::StallAt(_, time) = fault {
        std::thread::sleep(time);
    }
    Ok(())
}

/// Sends at the blob's speed and counts what was sent.
fn send(stream: &mut TcpStream, shared: &Shared, path: &str, body: &[u8], speed: u64) -> io::Result<()> {
    let start = Instant::now();
    let mut sent = 0_u64;
    let piece = if speed == 0 { 64 * 1024 } else { (speed / 500).clamp(256, 64 * 1024) };
    for bytes in body.chunks(piece as usize) {
        stream.write_all(bytes)?;
        sent += bytes.len() as u64;
        if let Some((_, counts)) = lock(shared).get_mut(path) {
            counts.bytes += bytes.len() as u64;
        }
        if speed > 0 {
            let due = Duration::from_secs_f64(sent as f64 / speed as f64);
            std::thread::sleep(due.saturating_sub(start.elapsed()));
        }
    }
    Ok(())
}
