//! Fix: the edits that mend a finding, and how they are put into a file. A rule says what would help ([`Cure`]); this room
//! looks at the code around the place and writes it, or offers nothing where the code is not what the cure expects.
//!
//! This room must never know a rule, the program or an output.

mod atomics;
mod awaits;
mod claims;
mod code;
mod fields;
mod files;
mod guards;
mod promises;
mod renames;
mod rounds;
#[cfg(test)]
mod tests;
mod transactions;

use crate::finding::{Cure, DraftFix, FileId};
use crate::source::Sources;
use code::Code;
pub use rounds::{Changed, Done, Reject, apply, rounds};

/// Works out fixes, one file after the other: its syntax is kept as long as cures are for the same file.
pub struct Desk<'a> {
    sources: &'a Sources,
    file: Option<(FileId, Option<Code<'a>>)>,
}

impl<'a> Desk<'a> {
    pub fn new(sources: &'a Sources) -> Desk<'a> {
        Desk { sources, file: None }
    }

    /// The fix for a cure, if it is right where it is wanted.
    pub fn work_out(&mut self, cure: &Cure) -> Option<DraftFix> {
        let id = cure.spot().file;
        if self.file.as_ref().is_none_or(|(known, _)| *known != id) {
            self.file = Some((id, Code::of(self.sources.file(id), id)));
        }
        let (_, code) = self.file.as_ref()?;
        work_out(cure, code.as_ref()?)
    }
}

fn work_out(cure: &Cure, code: &Code<'_>) -> Option<DraftFix> {
    match cure {
        Cure::AwaitReturns { clear } => awaits::await_returns(code, clear.span),
        Cure::Await { call } => awaits::await_call(code, call.span),
        Cure::WaitFirst { write } => awaits::wait_first(code, write.span),
        Cure::ClaimFirst { set } => claims::claim_first(code, set.span),
        Cure::Finally { set, clear } => claims::in_finally(code, set.span, clear.span),
        Cure::NameGuard { taken } => guards::name(code, taken.span),
        Cure::Hoist { taken } => guards::hoist(code, taken.span),
        Cure::DropGuard { taken, until, safe } => guards::drop_early(code, taken.span, until.span, *safe),
        Cure::OneGuard { first, second } => guards::one(code, first.span, second.span),
        Cure::PassHandle { act, transaction } => transactions::pass_handle(code, act.span, transaction.span),
        Cure::Memoise { write } => promises::memoise(code, write.span),
        Cure::OneStep { write } => atomics::one_step(code, write.span),
        Cure::Exchange { write } => atomics::exchange(code, write.span),
        Cure::RenameOver { write } => renames::over(code, write.span),
        Cure::CreateNew { write, look, safe } => files::create_new(code, write.span, look.span, *safe),
    }
}
