//! Fix: the edits that mend a finding, and how they are put into a file. A rule says what would help ([`Cure`]); this room
//! looks at the code around the place and writes it, or offers nothing where the code is not what the cure expects.
//!
//! This room must never know a rule, the program or an output.

mod awaits;
mod claims;
mod code;
mod files;
mod guards;
mod rounds;
#[cfg(test)]
mod tests;
mod transactions;

use crate::finding::{Cure, DraftFix};
use crate::source::Sources;
use code::Code;
pub use rounds::{Changed, Done, Reject, apply, rounds};

/// The fix for a cure, if it is right where it is wanted.
pub fn work_out(cure: &Cure, sources: &Sources) -> Option<DraftFix> {
    let spot = cure.spot();
    let code = Code::of(sources.file(spot.file), spot.file)?;
    match cure {
        Cure::AwaitReturns { clear } => awaits::await_returns(&code, clear.span),
        Cure::Await { call } => awaits::await_call(&code, call.span),
        Cure::WaitFirst { write } => awaits::wait_first(&code, write.span),
        Cure::ClaimFirst { set } => claims::claim_first(&code, set.span),
        Cure::Finally { set, clear } => claims::in_finally(&code, set.span, clear.span),
        Cure::NameGuard { taken } => guards::name(&code, taken.span),
        Cure::Hoist { taken } => guards::hoist(&code, taken.span),
        Cure::OneGuard { first, second } => guards::one(&code, first.span, second.span),
        Cure::PassHandle { act, transaction } => transactions::pass_handle(&code, act.span, transaction.span),
        Cure::CreateNew { write, look, safe } => files::create_new(&code, write.span, look.span, *safe),
    }
}
