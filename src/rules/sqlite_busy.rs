//! `sqlite-busy`: several use one SQLite file, and one of them fails at once where another is writing.

use super::row_drafts::{self, Told, at, rows};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::explore::model::Mode;
use crate::finding::Confidence;
use crate::link::Program;
use crate::link::ids::{FileId, FunctionId};
use crate::models::query::Does;
use crate::rows::play::{Step, play_twice};
use crate::rows::relate::precedes;
use crate::rows::{Access, Handle, Trace};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (id, trace) in &cx.rows.traces {
        for open in trace.accesses.iter().filter(|access| access.does == Does::Open && access.way.len() == 1) {
            if waits_for_nobody(cx.program, *id, open) {
                opened(cx, *id, open, sink);
            }
        }
        upgraded(cx, *id, trace, sink);
    }
}

/// A file that others may have open, by a library that does not wait by itself, and nobody tells it to.
fn waits_for_nobody(program: &Program, id: FunctionId, open: &Access) -> bool {
    let library = &program.models.libraries[open.library];
    let facts = program.facts(id.file);
    let imported =
        facts.imports.iter().any(|import| library.is_of(&import.from))
            || facts.functions.iter().flat_map(|function| &function.places).any(
                |place| matches!(place.path.first(), Some(crate::facts::Elem::Field(name)) if library.is_of(name)),
            );
    let memory = text_of(program, open).contains(":memory:");
    imported && !memory && !says(program, id.file, &["busy_timeout", "busytimeout", "busy_handler"])
}

fn text_of<'p>(program: &'p Program, access: &Access) -> &'p str {
    let spot = at(access);
    let text = &program.files[spot.file.index()].text;
    text.get(spot.span.start as usize..spot.span.end as usize).unwrap_or_default()
}

/// Does the file, or the whole program where it is small, speak of it?
fn says(program: &Program, file: FileId, words: &[&str]) -> bool {
    let lower = program.files[file.index()].text.to_ascii_lowercase();
    words.iter().any(|word| lower.contains(word))
}

fn opened(cx: &Context<'_>, id: FunctionId, open: &Access, sink: &mut Sink) {
    let steps = [(Step::Lock(Mode::Shared), 0), (Step::Lock(Mode::Exclusive), 0), (Step::Unlock, 0), (Step::Unlock, 0)];
    let Some(found) = play_twice(&steps, 0, false, &[Violation::Deadlock]) else { return };
    let told = Told {
        found: &found,
        confidence: Confidence::Likely,
        spots: vec![at(open)],
        places: vec!["the database file".to_owned()],
        act: 0,
        rests_on: Vec::new(),
        message: format!("`{}` opens a SQLite file and says nowhere how long to wait for others", name(cx.program, id)),
        help: "set a time to wait (`PRAGMA busy_timeout = 5000`), and `PRAGMA journal_mode = WAL` so that readers and one \
               writer do not meet",
        outcome: "whoever writes while the other one does gets SQLITE_BUSY".to_owned(),
        assumptions: vec!["another process or connection has the file open".to_owned()],
    };
    sink.push(row_drafts::draft(cx.program, id, told));
}

/// A transaction that begins as a reader and then writes: where another one has written meanwhile, waiting does not help.
fn upgraded(cx: &Context<'_>, id: FunctionId, trace: &Trace, sink: &mut Sink) {
    let program = cx.program;
    let plain = |tx: &&crate::rows::Transaction| program.models.libraries[tx.library].serializable && !tx.serializable;
    for tx in trace.transactions.iter().filter(plain) {
        let mut mine = trace.accesses.iter().filter(|access| access.handle == Handle::In(tx.id));
        let Some(first) = mine.next().filter(|first| first.does.reads()) else { continue };
        let Some(write) = mine.find(|access| access.does.writes() && precedes(program, first, access)) else {
            continue;
        };
        if tx.at.function != id {
            continue;
        }
        upgrade(cx, id, first, write, sink);
    }
}

fn upgrade(cx: &Context<'_>, id: FunctionId, read: &Access, write: &Access, sink: &mut Sink) {
    let steps = [(Step::Lock(Mode::Shared), 0), (Step::Lock(Mode::Exclusive), 1), (Step::Unlock, 1), (Step::Unlock, 1)];
    let Some(found) = play_twice(&steps, 0, false, &[Violation::Deadlock]) else { return };
    // With one connection behind a lock nobody else is there; with a pool, or a second process, there is.
    let wal = cx.program.files.iter().any(|file| {
        let lower = file.text.to_ascii_lowercase();
        !file.facts.test && lower.contains("journal_mode") && lower.contains("wal")
    });
    let pooled = cx.program.files.iter().any(|file| file.facts.imports.iter().any(|import| is_pool(&import.from)));
    let told = Told {
        found: &found,
        confidence: if wal && pooled { Confidence::Likely } else { Confidence::Possible },
        spots: vec![at(read), at(write)],
        places: vec!["the database".to_owned()],
        act: 1,
        rests_on: vec![(0, "the transaction begins as a reader here")],
        message: format!(
            "`{}` reads and then writes {} in a transaction that begins as a reader",
            name(cx.program, id),
            rows(write)
        ),
        help: "begin it as a writer: `BEGIN IMMEDIATE`",
        outcome:
            "where another connection has written since, it fails with SQLITE_BUSY at once, whatever the time to wait"
                .to_owned(),
        assumptions: vec!["another connection writes meanwhile".to_owned()],
    };
    sink.push(row_drafts::draft(cx.program, id, told));
}

fn is_pool(package: &str) -> bool {
    ["r2d2_sqlite", "deadpool_sqlite", "async_sqlite", "tokio_rusqlite"].iter().any(|pool| package.starts_with(pool))
}
