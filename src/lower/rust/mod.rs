//! Rust: one file's text, read by `syn`, becomes its facts. A body is written in evaluation order, and every value that
//! a call made ends in a `Drop` exactly where the language of the file's edition ends it ([`scopes`]).
//!
//! No type of the parser leaves this folder.

mod assigned;
mod calls;
mod closures;
mod composites;
mod conditions;
mod control;
mod expansions;
mod expressions;
mod file;
mod frame;
mod functions;
mod impls;
mod items;
mod macro_args;
mod macro_rules;
mod macros;
mod matches;
mod operators;
mod patterns;
mod places;
mod scopes;
mod selects;
mod spans;
mod statements;
mod templates;
mod types;
mod uses;
mod variables;

use std::borrow::Cow;

use super::{depth, heal};
use crate::facts::{Edition, FileFacts, NoteKind};

/// One file to be lowered.
pub struct Source<'a> {
    pub text: &'a str,
    pub path: &'a str,
    /// Test code by its path.
    pub test: bool,
    pub edition: Edition,
}

/// All that the file says.
pub fn lower(source: &Source<'_>) -> FileFacts {
    let facts = parse_and_lower(source);
    // Spans are indices into a table of the thread; it would grow by every file read.
    proc_macro2::extra::invalidate_current_thread_spans();
    facts
}

fn parse_and_lower(source: &Source<'_>) -> FileFacts {
    let deep = depth::excess(source.text, depth::Syntax::Rust);
    let flat = if deep.is_empty() { Cow::Borrowed(source.text) } else { Cow::Owned(heal::blanked(source.text, &deep)) };
    let skipped = not_rust(&flat);
    let plain = without_docs(flat.get(skipped..).unwrap_or_default());
    let code = plain.as_str();
    let mut lower = file::Lower::new(source, skipped);
    lower.holes.extend(&deep);
    for span in deep {
        lower.note(NoteKind::TooDeep, span, "nested too deeply");
    }
    let parsed = match syn::parse_str::<syn::File>(code) {
        Ok(parsed) => Some(parsed),
        Err(error) => healed(code, error, &mut lower),
    };
    lower.file(&parsed.unwrap_or_else(|| syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: Vec::new(),
    }))
}

/// The file without its smallest broken parts.
fn healed(code: &str, error: syn::Error, lower: &mut file::Lower<'_>) -> Option<syn::File> {
    let mut first = Some(error);
    let healed = heal::heal(code, &tree_sitter_rust::LANGUAGE.into(), |text| {
        // The text as it is was parsed before.
        let parsed = match first.take() {
            Some(error) if text == code => Err(error),
            _ => syn::parse_str::<syn::File>(text),
        };
        parsed.map_err(|error| offset(&error))
    });
    for hole in &healed.holes {
        let span = lower.in_file(*hole);
        lower.holes.push(span);
        lower.note(NoteKind::Blanked, span, "blanked: not Rust as the parser knows it");
    }
    if healed.parsed.is_none() {
        let span = lower.facts.units[0].span;
        lower.note(NoteKind::NotParsed, span, "not parsed");
    }
    lower.holes.sort();
    healed.parsed
}

fn offset(error: &syn::Error) -> Option<u32> {
    let range = error.span().byte_range();
    (range.end > 0).then_some(range.start as u32)
}

/// Documentation as plain comments, and endless numbers cut, every byte in its place: the parser reads doc comments as attributes, which takes
/// it a fifth of its time.
fn without_docs(code: &str) -> String {
    let mut bytes = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"//") {
        let at = from + at;
        let third = bytes.get(at + 2).copied();
        let line_start =
            bytes[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t')).is_none_or(|byte| *byte == b'\n');
        if line_start && (third == Some(b'!') || third == Some(b'/') && bytes.get(at + 3) != Some(&b'/')) {
            bytes[at + 2] = b' ';
        }
        from = at + 2;
    }
    shorten_numbers(&mut bytes);
    String::from_utf8(bytes).unwrap_or_else(|_| code.to_owned())
}

/// No number that means something is longer; the parser multiplies its way through them digit by digit.
const DIGITS: usize = 1000;

/// Longer numbers end early, and are followed by blanks.
fn shorten_numbers(bytes: &mut [u8]) {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut at = DIGITS;
    // Whatever is long enough covers one of these.
    while at < bytes.len() {
        if is_word(&bytes[at]) {
            let start = bytes[..at].iter().rposition(|byte| !is_word(byte)).map_or(0, |before| before + 1);
            let end = bytes[at..].iter().position(|byte| !is_word(byte)).map_or(bytes.len(), |length| at + length);
            if bytes[start].is_ascii_digit() && end - start > DIGITS {
                bytes[start + DIGITS..end].fill(b' ');
            }
            at = end;
        }
        at += DIGITS;
    }
}

/// How many bytes stand before the code: a byte order mark and a `#!` line.
fn not_rust(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &text[mark..];
    let attribute = rest.strip_prefix("#!").is_some_and(|after| after.trim_start().starts_with('['));
    if rest.starts_with("#!") && !attribute { mark + rest.find('\n').unwrap_or(rest.len()) } else { mark }
}
