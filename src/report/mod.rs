//! Report: findings and notes as text for people and as JSON for programs. Knows no parser and no program.

mod compact;
mod excerpt;
mod json;
mod lanes;
mod paint;
mod terminal;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::time::Duration;

use crate::finding::{Finding, Severity};
use crate::notes::Notes;
use crate::selection::{Aside, Hidden};
use crate::source::Sources;
pub use paint::{Paint, clean};

/// All that a run has to say.
#[derive(Debug)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub aside: Vec<Aside>,
    pub hidden: Hidden,
    pub notes: Notes,
    pub sources: Sources,
    pub timings: Vec<(&'static str, Duration)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    #[default]
    Text,
    Compact,
    Json,
}

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Report {
    pub fn write(&self, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => terminal::write(self, style, out),
            Format::Compact => compact::write(self, out),
            Format::Json => json::write(self, out),
        }
    }

    /// Takes out what is no error; it is counted.
    pub fn keep_errors(&mut self) {
        let before = self.findings.len();
        self.findings.retain(|finding| finding.severity == Severity::Error);
        self.hidden.severity += before - self.findings.len();
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// `1 file`, `2 files`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
