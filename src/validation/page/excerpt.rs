//! Excerpt: the lines around a finding, with what it is about marked.

use maud::{Markup, html};

use crate::finding::Finding;
use crate::report::clean;
use crate::source::{SourceFile, Sources};

/// Lines before and after.
const AROUND: u32 = 3;

/// A span is shown over no more lines than this.
const LINES: u32 = 6;

/// A line longer than this is cut.
const COLUMNS: usize = 300;

pub(super) fn around(sources: &Sources, finding: &Finding) -> Markup {
    let file = sources.file(finding.file);
    let (first, last) = (finding.span.start.line, finding.span.end.line.min(finding.span.start.line + LINES));
    let end = file.position(u32::MAX).line;
    let lines = first.saturating_sub(AROUND).max(1)..=(last + AROUND).min(end);
    html! {
        pre.code tabindex="0" role="group" aria-label={ "Code at " (clean(&finding.path)) ":" (first) } {
            @for line in lines { (row(file, finding, line)) }
        }
    }
}

fn row(file: &SourceFile, finding: &Finding, number: u32) -> Markup {
    let range = file.line(number);
    let (start, end) = (file.offset(finding.span.start), file.offset(finding.span.end));
    let (from, to) = (start.clamp(range.start, range.end), end.clamp(range.start, range.end));
    let piece = |from: usize, to: usize| cut(file.text.get(from..to).unwrap_or_default());
    let marked = from < to;
    html! {
        span.line.act[marked] {
            span.no { (format!("{number:>4}")) }
            " " (piece(range.start, from)) @if marked { mark { (piece(from, to)) } } (piece(to, range.end)) "\n"
        }
    }
}

/// Harmless, and no longer than a screen can show.
fn cut(text: &str) -> String {
    let tabs = text.replace('\t', "  ");
    match tabs.char_indices().nth(COLUMNS) {
        Some((at, _)) => format!("{}…", clean(&tabs[..at])),
        None => clean(&tabs).into_owned(),
    }
}
