//! Excerpt: the head of a finding and the code it is about, drawn by `miette`.
//!
//! miette would read a file from its start for every label; [`Excerpt`] finds lines by the file's own index instead, and
//! cuts what no screen can show.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::{Style, clean};
use crate::finding::{Finding, Range, Severity};
use crate::source::SourceFile;

/// An excerpt longer than this is cut to the piece around its label.
const MAX_BYTES: usize = 6000;

/// What is shown around a label in a line that is cut.
const AROUND: usize = 60;

/// The message and the excerpt of a finding.
pub(super) fn render(finding: &Finding, excerpt: Excerpt<'_>, style: Style) -> String {
    let mut characters = ThemeCharacters::unicode();
    let head = format!("{}[{}]:", finding.severity, finding.rule);
    (characters.error, characters.warning, characters.advice) = (head.clone(), head.clone(), head);
    let styles = if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(style.width)
        .with_links(false)
        .without_cause_chain()
        .without_syntax_highlighting();
    let shown = Shown { finding, message: clean(&finding.message).into_owned(), excerpt };
    let mut out = String::new();
    match handler.render_report(&mut out, &shown) {
        Ok(()) => out.trim_start().trim_end().to_owned(),
        Err(fmt::Error) => shown.message,
    }
}

/// A finding as miette sees it.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Finding,
    message: String,
    excerpt: Excerpt<'a>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warn => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    /// The act, and what it rests on in the same file.
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let finding = self.finding;
        let act = LabeledSpan::new_primary_with_span(
            Some(finding.violation.to_owned()),
            self.excerpt.first_line(finding.span),
        );
        let here = finding.related.iter().filter(|related| related.file == finding.file);
        let rests = here.map(|related| {
            let text = clean(&related.text).into_owned();
            LabeledSpan::new_with_span(Some(text), self.excerpt.first_line(related.span))
        });
        Some(Box::new(std::iter::once(act).chain(rests)))
    }
}

/// A file to show pieces of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Excerpt<'a> {
    pub(super) file: &'a SourceFile,
    /// Its text, made harmless byte for byte.
    pub(super) text: &'a str,
}

impl Excerpt<'_> {
    /// The part of a span that stands in its first line.
    fn first_line(&self, span: Range) -> SourceSpan {
        let start = self.file.offset(span.start);
        let line_end = self.file.line(span.start.line).end;
        let end = self.file.offset(span.end).min(line_end).max(start);
        (start, (end - start).min(2 * AROUND)).into()
    }

    fn contents(&self, from: usize, to: usize, at: (u32, u32), lines: usize) -> MietteSpanContents<'_> {
        let text = &self.text[from..to];
        MietteSpanContents::new_named(
            clean(&self.file.shown).into_owned(),
            text.as_bytes(),
            (from, text.len()).into(),
            at.0 as usize - 1,
            at.1 as usize - 1,
            lines,
        )
    }
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        // Labels further apart than this are asked for together; refused, they are shown apart.
        if end > self.text.len() || span.len() > MAX_BYTES {
            return Err(MietteError::OutOfBounds);
        }
        let (first, last) = (self.file.position(start as u32).line, self.file.position(end as u32).line);
        let (from_line, to_line) = (first.saturating_sub(before as u32).max(1), last + after as u32);
        // Without context miette asks where the label itself stands.
        let from = if before == 0 { start } else { self.file.line(from_line).start };
        let to = self.file.line(to_line).end.max(end);
        if to - from <= MAX_BYTES {
            let at = self.file.position(from as u32);
            let lines = (to_line - from_line) as usize;
            return Ok(Box::new(self.contents(from, to, (at.line, at.column), lines)));
        }
        let (from, to) = self.piece(start, end);
        let at = self.file.position(if before == 0 { start } else { from } as u32);
        Ok(Box::new(self.contents(from, to, (at.line, at.column), 0)))
    }
}

impl Excerpt<'_> {
    /// A piece of one line around a label.
    fn piece(&self, start: usize, end: usize) -> (usize, usize) {
        let line = self.file.line(self.file.position(start as u32).line);
        let boundary = |mut at: usize| {
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let from = boundary(start.saturating_sub(AROUND).max(line.start));
        let to = boundary((end + AROUND).min(line.end).max(end));
        (from, to)
    }
}
