//! What a download tells while it runs, and a bar that shows it.

use std::fmt;
use std::io::Write;
use std::time::{Duration, Instant};

/// What is happening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Another process is downloading this.
    Waiting {
        /// How long the wait has been.
        waited: Duration,
        /// How much the other has, as far as its part tells.
        leader_has: Option<u64>,
    },
    /// A transfer starts.
    Started {
        /// The first byte that is transferred; not 0 after a resume.
        from: u64,
        /// The length of the whole, if known.
        total: Option<u64>,
    },
    /// Bytes have come.
    Bytes {
        /// How many there are now.
        done: u64,
        /// The length of the whole, if known.
        total: Option<u64>,
    },
    /// A transfer failed and will be tried again.
    Retrying {
        /// Which try comes next, from 1.
        retry: u32,
        /// Why the last one failed.
        why: String,
    },
    /// The file is verified and in its place.
    Published {
        /// Its length.
        len: u64,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Waiting { waited, leader_has } => {
                write!(f, "waiting {:.1} s for another process", waited.as_secs_f32())?;
                match leader_has {
                    Some(bytes) => write!(f, ", which has {bytes} bytes"),
                    None => Ok(()),
                }
            }
            Event::Started { from: 0, .. } => f.write_str("downloading"),
            Event::Started { from, .. } => write!(f, "resuming at byte {from}"),
            Event::Bytes { done, total } => match total {
                Some(total) => write!(f, "{done} of {total} bytes"),
                None => write!(f, "{done} bytes"),
            },
            Event::Retrying { retry, why } => write!(f, "retry {retry}: {why}"),
            Event::Published { len } => write!(f, "done, {len} bytes"),
        }
    }
}

/// Somebody who wants to know.
pub trait Progress {
    /// Called from the thread that downloads; should return soon.
    fn on(&mut self, event: &Event);
}

impl<F: FnMut(&Event)> Progress for F {
    fn on(&mut self, event: &Event) {
        self(event);
    }
}

/// Nobody wants to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn on(&mut self, _: &Event) {}
}

/// A bar of one line, drawn at most ten times a second.
#[derive(Debug)]
pub struct Bar<W: Write> {
    out: W,
    title: String,
    drawn: Option<Instant>,
    open: bool,
}

impl<W: Write> Bar<W> {
    /// A bar on `out`, which should be a terminal.
    pub fn new(out: W, title: impl Into<String>) -> Self {
        Bar { out, title: title.into(), drawn: None, open: false }
    }

    fn line(&mut self, text: &str, end: &str) {
        // A terminal that has gone away must not fail the download.
        let _ = write!(self.out, "\r\x1b[K{} {text}{end}", self.title);
        let _ = self.out.flush();
        self.open = end.is_empty();
    }
}

impl<W: Write> Progress for Bar<W> {
    fn on(&mut self, event: &Event) {
        match event {
            Event::Bytes { done, total } => {
                let due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= Duration::from_millis(100));
                if due || Some(*done) == *total {
                    self.drawn = Some(Instant::now());
                    let text = bar(*done, *total);
                    self.line(&text, "");
                }
            }
            Event::Waiting { .. } | Event::Started { .. } => self.line(&event.to_string(), ""),
            Event::Retrying { .. } | Event::Published { .. } => {
                self.line(&event.to_string(), "\n");
            }
        }
    }
}

impl<W: Write> Drop for Bar<W> {
    fn drop(&mut self) {
        if self.open {
            let _ = self.out.write_all(b"\n");
        }
    }
}

fn bar(done: u64, total: Option<u64>) -> String {
    const WIDTH: u64 = 30;
    let megabytes = done as f64 / 1e6;
    match total {
        Some(total) if total > 0 => {
            let filled = (done.min(total) * WIDTH / total) as usize;
            let percent = done.min(total) * 100 / total;
            let left = WIDTH as usize - filled;
            format!("[{}{}] {percent:3} % {megabytes:.1} MB", "#".repeat(filled), "-".repeat(left))
        }
        _ => format!("{megabytes:.1} MB"),
    }
}
