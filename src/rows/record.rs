//! Records: what a trace holds. Plain data, read by rules.

use rustc_hash::FxHashSet;

use super::access::Column;
use super::deps::Dep;
use super::value::{Origin, Sym};
use crate::facts::{Reg, Span};
use crate::link::ids::FunctionId;
use crate::models::query::Does;
use crate::names::Name;

/// Where a step stands: in which activation's function, and where there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pos {
    pub function: FunctionId,
    pub block: u32,
    pub step: u32,
    pub span: Span,
}

/// What an access runs on.
#[derive(Clone, PartialEq, Debug)]
pub enum Handle {
    /// No transaction: each statement is one of its own.
    Outer,
    /// What the traced function was given as a parameter.
    Lent(u16),
    /// This transaction of the trace.
    In(u64),
    /// A transaction that somebody else began.
    Given,
}

/// One access of a trace.
#[derive(Clone, Debug)]
pub struct Access {
    pub library: usize,
    pub does: Does,
    /// In one spelling, to compare.
    pub table: Name,
    pub shown: String,
    pub keys: Vec<(Name, Sym)>,
    pub key_deps: FxHashSet<Dep>,
    pub data: Vec<Column>,
    /// The columns that are read, where the text names them.
    pub selects: Vec<Name>,
    /// The guard of a lock that it runs on what is behind of.
    pub guard: Option<(u64, Reg)>,
    pub on: Sym,
    pub handle: Handle,
    pub locks: bool,
    pub ignores: bool,
    pub guarded: bool,
    /// The row is given back.
    pub returning: bool,
    /// Somebody unknown was handed the function that does it, and says when it runs.
    pub wrapped: usize,
    pub expires: bool,
    /// What later values rest on if they rest on its answer.
    pub result: Origin,
    /// Somebody uses or awaits its answer.
    pub awaited: bool,
    /// From the traced function inward; the last is the access itself.
    pub way: Vec<Pos>,
    /// The transactions whose code it stands in, outermost first.
    pub inside: Vec<u64>,
}

/// One transaction of a trace.
#[derive(Clone, Debug)]
pub struct Transaction {
    pub id: u64,
    pub library: usize,
    pub handle: Sym,
    /// Whatever runs inside belongs to it.
    pub ambient: bool,
    pub serializable: bool,
    pub at: Pos,
    pub open: bool,
    /// The open transaction that it was begun beside, and not inside.
    pub past: Option<u64>,
}

#[derive(Clone, Default, Debug)]
pub struct Trace {
    pub accesses: Vec<Access>,
    pub transactions: Vec<Transaction>,
    /// Functions that were handed to a call and ran as a part of it.
    pub entered: Vec<FunctionId>,
}
