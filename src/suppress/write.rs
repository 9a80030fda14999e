//! Write: suppressions for findings, put into the text of a file where each covers its finding and as little else as it
//! can.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::lower::remarks::{Room, room};
use crate::source::SourceFile;

/// The bytes of a file with a suppression for each of its findings.
#[derive(Debug)]
pub struct Written {
    pub bytes: Vec<u8>,
    /// Comments added.
    pub added: usize,
    /// Findings at places where no comment can stand.
    pub left: usize,
}

/// Is it a reason that can stand in any comment?
pub fn is_reason(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains("*/") && !text.chars().any(char::is_control)
}

/// `bytes` are the file as it is on disk: what is no text in it stays as it is.
pub fn write(file: &SourceFile, bytes: &[u8], findings: &[&Finding], reason: &str) -> Written {
    let Comments { list, left } = comments(file, findings, reason);
    let base = file.position(0).offset as usize;
    let added = list.len();
    let mut out = bytes.to_vec();
    // From the last to the first, so that offsets stay true.
    for (at, text) in list.into_iter().rev() {
        let at = base + at as usize;
        out.splice(at..at, text.into_bytes());
    }
    Written { bytes: out, added, left }
}

/// Suppressions that are not written yet.
#[derive(Debug)]
pub struct Comments {
    /// What goes in at which byte of the text, in order.
    pub list: Vec<(u32, String)>,
    /// Findings at places where no comment can stand.
    pub left: usize,
}

/// A suppression for each of these findings of one file.
pub fn comments(file: &SourceFile, findings: &[&Finding], reason: &str) -> Comments {
    let mut places: BTreeMap<u32, (Room, BTreeSet<&str>)> = BTreeMap::new();
    let mut left = 0;
    for finding in findings {
        let offset = file.offset(finding.span.start) as u32;
        match room(&file.text, file.kind.language(), &file.path, offset) {
            Some(room) => {
                let (Room::Above(at) | Room::Behind(at) | Room::BehindInJsx(at)) = room;
                places.entry(at).or_insert((room, BTreeSet::new())).1.insert(finding.rule);
            }
            None => left += 1,
        }
    }
    let text = |(at, (room, rules)): (u32, (Room, BTreeSet<&str>))| {
        let rules = rules.into_iter().collect::<Vec<_>>().join(", ");
        let said = format!("racelint: allow({rules}) -- {}", reason.trim());
        (at, comment(&file.text, at as usize, &room, &said))
    };
    Comments { list: places.into_iter().map(text).collect(), left }
}

fn comment(text: &str, at: usize, room: &Room, said: &str) -> String {
    match room {
        Room::Behind(_) => format!(" // {said}"),
        Room::BehindInJsx(_) => format!(" {{/* {said} */}}"),
        Room::Above(_) => {
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let end =
                if text[at..].split_once('\n').is_some_and(|(line, _)| line.ends_with('\r')) { "\r\n" } else { "\n" };
            format!("// {said}{end}{}", &text[line..at])
        }
    }
}
