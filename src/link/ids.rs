//! How the program names things: by file and by index inside that file's facts.

pub use crate::facts::FileId;
use crate::facts::{FunctionIx, UnitIx};
use crate::names::Name;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FunctionId {
    pub file: FileId,
    pub ix: FunctionIx,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnitId {
    pub file: FileId,
    pub ix: UnitIx,
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Symbol {
    Function(FunctionId),
    /// A class, struct, enum, interface, trait.
    Unit(UnitId),
    /// A variable, constant or static: this field of this module (or class, for static fields).
    Variable(UnitId, u32),
    /// A namespace: a file's module unit or an inline `mod`.
    Module(UnitId),
    /// `type A = B`: this alias of this file.
    Alias(FileId, u32),
    /// A case of an enum.
    Case(UnitId, Name),
    /// Something of a package that is not part of the program: `from` is the package or crate path as the code imports
    /// it, `name` the name there (`*` for the whole, `default`).
    External {
        from: Name,
        name: Name,
    },
    Unknown,
}
