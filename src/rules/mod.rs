//! Rules: the list of them, and how they are run. A rule asks the program and the explorer, and words what they say.
//!
//! A rule is one value in [`RULES`], one file beside this one and one folder under `rules/`: the id is the name of all
//! three. Rules see linked facts and nothing else; they never know a parser, an output format or another rule.

mod broken_guard;
mod check_then_act;
mod check_then_insert;
mod check_then_open;
mod claim;
mod clock;
mod double_lock;
mod doubt;
mod dropped_guard;
mod duplicate_state;
mod escaped_transaction;
mod file_read_modify_write;
mod guard_across_await;
mod instance_guard;
mod last_row;
mod late;
mod lock_order;
mod lock_timeout_steal;
mod meta;
mod non_atomic_publish;
mod non_atomic_update;
mod non_exclusive_lockfile;
mod non_transactional_updates;
mod outside;
mod overlapping_runs;
mod pick;
mod racy_lazy_init;
mod reach;
mod reentrant_init;
mod row_drafts;
mod row_read_modify_write;
mod shape;
mod shared_request_state;
mod shared_temp_path;
mod split_locks;
mod sqlite_busy;
mod stale_response;
mod stands_for;
mod unawaited_init;
mod unowned_release;
mod unready;
mod use_after_release;
mod wording;

use std::time::{Duration, Instant};

use rayon::prelude::*;

pub use meta::{Family, Meta};
pub(crate) use wording::scope;

use crate::examine::{Examination, Memory, examine};
use crate::finding::{Draft, Severity};
use crate::link::Program;
use crate::notes::{Kind, Notes};
use crate::rows::Rows;
use crate::stages::{self, Progress};

pub struct Rule {
    pub id: &'static str,
    /// Its page, `rules/<id>/README.md`.
    pub page: &'static str,
    /// Its metadata, `rules/<id>/rule.toml`.
    pub toml: &'static str,
    pub check: fn(&Context<'_>, &mut Sink),
}

macro_rules! rule {
    ($id:literal, $check:path) => {
        Rule {
            id: $id,
            page: include_str!(concat!("../../rules/", $id, "/README.md")),
            toml: include_str!(concat!("../../rules/", $id, "/rule.toml")),
            check: $check,
        }
    };
}

pub static RULES: &[Rule] = &[
    rule!("broken-guard", broken_guard::check),
    rule!("check-then-act", check_then_act::check),
    rule!("check-then-insert", check_then_insert::check),
    rule!("check-then-open", check_then_open::check),
    rule!("double-lock", double_lock::check),
    rule!("dropped-guard", dropped_guard::check),
    rule!("duplicate-state", duplicate_state::check),
    rule!("escaped-transaction", escaped_transaction::check),
    rule!("file-read-modify-write", file_read_modify_write::check),
    rule!("guard-across-await", guard_across_await::check),
    rule!("instance-guard", instance_guard::check),
    rule!("lock-order", lock_order::check),
    rule!("lock-timeout-steal", lock_timeout_steal::check),
    rule!("non-atomic-publish", non_atomic_publish::check),
    rule!("non-atomic-update", non_atomic_update::check),
    rule!("non-exclusive-lockfile", non_exclusive_lockfile::check),
    rule!("non-transactional-updates", non_transactional_updates::check),
    rule!("overlapping-runs", overlapping_runs::check),
    rule!("racy-lazy-init", racy_lazy_init::check),
    rule!("reentrant-init", reentrant_init::check),
    rule!("row-read-modify-write", row_read_modify_write::check),
    rule!("shared-request-state", shared_request_state::check),
    rule!("shared-temp-path", shared_temp_path::check),
    rule!("split-locks", split_locks::check),
    rule!("sqlite-busy", sqlite_busy::check),
    rule!("stale-response", stale_response::check),
    rule!("unawaited-init", unawaited_init::check),
    rule!("unowned-release", unowned_release::check),
    rule!("use-after-release", use_after_release::check),
];

/// What is worked out once for all rules.
#[derive(Default)]
pub struct Study {
    /// Everything that was explored.
    pub examination: Examination,
    /// What functions do to rows and keys outside the program.
    pub rows: Rows,
}

impl Study {
    pub fn of(
        program: &Program,
        (progress, clock): (&Progress, &mut stages::Clock),
        memory: &mut Memory,
        notes: &mut Notes,
    ) -> Study {
        let examination = examine(program, progress, memory);
        for (id, message) in &examination.failed {
            let name = wording::name(program, *id);
            notes
                .add_general(Kind::Internal, format!("`{name}` in {}: {message}", program.files[id.file.index()].path));
        }
        clock.lap("examine");
        let rows = stages::guarded(|| Rows::of(program)).unwrap_or_else(|message| {
            notes.add_general(Kind::Internal, format!("rows: {message}"));
            Rows::default()
        });
        clock.lap("rows");
        Study { examination, rows }
    }
}

/// What rules are asked about.
pub struct Context<'p> {
    pub program: &'p Program,
    pub examination: &'p Examination,
    pub rows: &'p Rows,
}

/// Where a rule puts what it finds.
#[derive(Default)]
pub struct Sink {
    drafts: Vec<Draft>,
}

impl Sink {
    pub fn push(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    pub fn extend(&mut self, draft: Option<Draft>) {
        self.drafts.extend(draft);
    }
}

/// What a rule found: its id, its severity, the draft.
pub type Drafted = (&'static str, Severity, Draft);

/// Runs the rules named in `only`, or all of them, side by side. A rule that panics loses its own findings only.
pub fn check(
    program: &Program,
    study: &Study,
    only: &[String],
    clock: &mut stages::Clock,
    notes: &mut Notes,
) -> Vec<Drafted> {
    let wanted = |rule: &&Rule| only.is_empty() || only.iter().any(|id| id == rule.id);
    let rules: Vec<&'static Rule> = RULES.iter().filter(wanted).collect();
    let context = Context { program, examination: &study.examination, rows: &study.rows };
    let run = |rule: &&'static Rule| {
        let begun = Instant::now();
        let found = stages::guarded(|| ask(rule, &context));
        (begun.elapsed(), found)
    };
    let results: Vec<(Duration, Result<Vec<Drafted>, String>)> = rules.par_iter().map(run).collect();
    let mut drafts = Vec::new();
    for (rule, (time, result)) in rules.into_iter().zip(results) {
        clock.rule(rule.id, time);
        match result {
            Ok(found) => drafts.extend(found),
            Err(message) => notes.add_general(Kind::Internal, format!("rule {}: {message}", rule.id)),
        }
    }
    drafts
}

/// What one rule says.
pub fn ask(rule: &'static Rule, context: &Context<'_>) -> Vec<Drafted> {
    let mut sink = Sink::default();
    (rule.check)(context, &mut sink);
    sink.drafts.into_iter().map(|draft| (rule.id, rule.meta().severity, draft)).collect()
}

/// The rule of that name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
