//! The vocabulary: what one file says, in a form that both languages share.
//!
//! Facts are plain, serialisable data. They are
//! - **in evaluation order**: the steps of a block happen one after the other, operands before their use;
//! - **honest**: what a front-end cannot lower is [`Step::Unknown`], never dropped in silence;
//! - **located**: every step has a byte range in the file;
//! - **unresolved**: a call names what it calls as it is written. Which calls read, write, lock or release is decided
//!   by `link/`, from declared types and `models/`, so no fact ever comes from a method's name alone.
//!
//! This room must never know a parser, another file, a rule or a library.

pub mod dump;
mod function;
mod place;
mod step;
mod types;
mod unit;
pub mod validate;

pub use function::{Bind, Function, FunctionKind, Local, Param, Receiver, Visibility};
pub use place::{Elem, Place, Root};
pub use step::{Arg, Block, Callee, Exit, Passing, ReadWhat, Step, StepKind, Suspension, Test, Value, WriteHow};
pub use types::Type;
pub use unit::{
    Alias, Decorator, Edition, Export, Field, FileFacts, Import, Language, ModDecl, Note, NoteKind, Unit, UnitKind,
};

use serde::{Deserialize, Serialize};

/// A byte range of the file, end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// Does this range hold all of `other`?
    pub fn covers(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index!(
    /// A file of the run, in order of path.
    FileId
);
index!(
    /// A unit of the file; unit 0 is the module itself.
    UnitIx
);
index!(
    /// A function of the file; function 0 is the module's top level.
    FunctionIx
);
index!(
    /// A block of a function; block 0 is the entry.
    BlockIx
);
index!(
    /// A place of a function's own table.
    PlaceIx
);
index!(
    /// A local variable of a function.
    LocalIx
);
index!(
    /// A register: the result of one step, written once in the text (a loop may run its step again).
    Reg
);
