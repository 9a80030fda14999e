//! Functions: their signature, their variables and their body.

use serde::{Deserialize, Serialize};

use super::{Block, Decorator, FunctionIx, Place, Span, Type, UnitIx, Value};
use crate::names::Name;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Function {
    /// As declared; a closure takes the name of the variable, property or parameter it is given to, else it is empty.
    pub name: Name,
    /// The whole function.
    pub span: Span,
    /// What a reader would point at: its name, or the head of a closure.
    pub name_span: Span,
    pub unit: UnitIx,
    /// The function it is written in.
    pub outer: Option<FunctionIx>,
    pub kind: FunctionKind,
    pub is_async: bool,
    pub is_generator: bool,
    pub receiver: Receiver,
    pub visibility: Visibility,
    pub params: Vec<Param>,
    pub returns: Type,
    pub decorators: Vec<Decorator>,
    /// Test code: `#[test]`, `#[cfg(test)]`, a test file.
    pub test: bool,
    /// Bounds of the type parameters in scope: `T: Store` is `("T", Dyn([Store]))`.
    pub generics: Vec<(Name, Type)>,
    pub locals: Vec<Local>,
    pub places: Vec<Place>,
    pub blocks: Vec<Block>,
    /// How many registers the body uses: they are numbered from 0.
    pub registers: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FunctionKind {
    /// The top level of the file.
    Module,
    Plain,
    Method,
    Constructor,
    /// What a class does for every new object besides its constructor, or once for itself (`static {}`).
    Initializer,
    Getter,
    Setter,
    /// An arrow, a function expression, a Rust closure.
    Closure,
    /// A Rust `async {}` block.
    AsyncBlock,
    /// `fn drop` of `impl Drop`.
    Drop,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Receiver {
    None,
    /// `this` of a method, `&self`.
    Shared,
    /// `&mut self`
    Exclusive,
    /// `self`, `self: Box<Self>`; `self: Arc<Self>` is `Shared`.
    Owned,
    /// The receiver of the function around it: arrows, closures, async blocks.
    Outer,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Visibility {
    /// `#x`, `private`, a Rust item without `pub`, a function that the file does not export.
    Private,
    /// `protected`, `pub(crate)`.
    Inside,
    Public,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Param {
    /// Empty for a pattern; its parts are locals then.
    pub name: Name,
    pub ty: Type,
    pub span: Span,
    pub rest: bool,
}

/// A variable that is no plain value: it is assigned more than once, or another function captures it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Local {
    pub name: Name,
    pub ty: Type,
    pub span: Span,
    pub bind: Bind,
    /// Some inner function reads or writes it.
    pub captured: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Bind {
    /// Bound once, to this value (in terms of the registers of the function that declares it). Readers inside that
    /// function use the value itself; only inner functions read the local's place.
    Once(Value),
    /// Assigned more than once: it is read and written as a place everywhere.
    Mutable,
}
