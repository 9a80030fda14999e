//! Places: where a value can stand, as the code names it.

use serde::{Deserialize, Serialize};

use super::{FunctionIx, LocalIx, Reg, Value};
use crate::names::Name;

/// A root and the way from it. `this.jobs.get(id)` names no place `jobs[id]` yet: only `link/` knows what `get` does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Place {
    pub root: Root,
    pub path: Vec<Elem>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Root {
    /// `this` or `self`: the receiver of the nearest function that has one of its own.
    This,
    /// `super`: the receiver seen as its base class.
    Super,
    /// A parameter that the front-end did not turn into a local, of this function or an enclosing one.
    Param(FunctionIx, u16),
    /// A variable of this function or of an enclosing one (then it is captured).
    Local(FunctionIx, LocalIx),
    /// A name bound at the top level of this file (variable, function, class, import); the path begins with it. A Rust
    /// path expression is one name as written, segments joined by `::`.
    Module,
    /// A name that nothing in the file binds (`window`, `setTimeout`, `drop`); the path begins with it.
    Global,
    /// The object that a register holds: `r.field`, or what a method is called on. An empty path is the value itself.
    Value(Reg),
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Elem {
    /// `.name`; in Rust also `.0`. Private TypeScript names keep their `#`.
    Field(Name),
    /// `[value]`
    Key(Value),
    /// The payload of an enum case: `Some(x)` binds `Case("Some"), Field("0")`.
    Case(Name),
    /// Some element, nobody can say which: a `for` loop's, a spread's rest.
    Any,
}
