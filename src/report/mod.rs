//! Report: findings and notes as text for people and as JSON for programs. Knows no parser and no program.

mod compact;
mod excerpt;
mod forges;
mod json;
mod lanes;
pub(crate) mod markdown;
mod paint;
mod rdjson;
mod sarif;
mod terminal;
#[cfg(test)]
mod tests;
mod xml;

use std::io::{self, Write};

use crate::finding::{Finding, Severity};
use crate::notes::Notes;
use crate::selection::{Aside, Hidden};
use crate::source::Sources;
use crate::stages::Timings;
pub(crate) use json::escape_hostile;
pub use paint::{Paint, clean};

/// All that a run has to say.
#[derive(Debug)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub aside: Vec<Aside>,
    pub hidden: Hidden,
    /// Entries of the baseline that know no finding any more; `None` without a baseline.
    pub gone: Option<usize>,
    pub notes: Notes,
    pub sources: Sources,
    pub timings: Timings,
}

macro_rules! formats {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal,)*) => {
        /// The forms of a report.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub enum Format {
            #[default]
            $($(#[doc = $doc])* $name,)*
        }

        impl Format {
            /// All of them by the word they are asked for with, and what they are for.
            pub const ALL: &[(&str, Format, &str)] = &[$(($word, Format::$name, concat!($($doc),*)),)*];
        }
    };
}

formats! {
    /// For people: the code and the schedule
    Text = "text",
    /// One line a finding
    Compact = "compact",
    /// One object with everything
    Json = "json",
    /// One object a line, for each finding
    JsonLines = "json-lines",
    /// SARIF 2.1.0, for code scanning
    Sarif = "sarif",
    /// Workflow commands of GitHub; the default there
    Github = "github",
    /// Code Quality of GitLab
    Gitlab = "gitlab",
    /// Log commands of Azure Pipelines
    Azure = "azure",
    /// JUnit XML
    Junit = "junit",
    /// Checkstyle XML
    Checkstyle = "checkstyle",
    /// Diagnostics of reviewdog
    Rdjson = "rdjson",
    /// A table and the schedules, for comments
    Markdown = "markdown",
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
            Format::JsonLines => json::write_lines(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => forges::github(self, out),
            Format::Gitlab => forges::gitlab(self, out),
            Format::Azure => forges::azure(self, out),
            Format::Junit => xml::junit(self, out),
            Format::Checkstyle => xml::checkstyle(self, out),
            Format::Rdjson => rdjson::write(self, out),
            Format::Markdown => markdown::write(self, out),
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

/// The schedule of a finding, drawn, without colours.
pub fn schedule(finding: &Finding, sources: &Sources, width: usize) -> Vec<String> {
    lanes::draw(&finding.witness, sources, width, Paint::new(false))
}

/// A finding in plain lines: what it is, the schedule, how it ends, and what to write instead.
fn lines_of(finding: &Finding) -> Vec<String> {
    let mut lines = vec![clean(&finding.message).into_owned()];
    for step in &finding.witness {
        let time = step.time.as_ref().map_or(String::new(), |time| format!("{time} "));
        let line = format!("  {} {}:{} {time}{}", step.lane, step.path, step.line, step.text);
        lines.push(clean(&line).trim_end().to_owned());
    }
    let assumptions = finding.assumptions.iter().map(|assumption| ("if", assumption));
    for (word, text) in [("=>", &finding.outcome)].into_iter().chain(assumptions).chain([("help:", &finding.help)]) {
        if !text.is_empty() {
            lines.push(clean(&format!("{word} {text}")).into_owned());
        }
    }
    lines
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
