//! Files and units: who owns places, and what a file takes from and gives to others.

use serde::{Deserialize, Serialize};

use super::{Function, Span, Type, UnitIx, Value};
use crate::names::Name;

/// All that one file says. The same bytes give the same facts, whatever the machine or the order of work.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FileFacts {
    pub language: Language,
    /// Test code by its path or content.
    pub test: bool,
    pub imports: Vec<Import>,
    pub exports: Vec<Export>,
    pub mods: Vec<ModDecl>,
    pub aliases: Vec<Alias>,
    pub units: Vec<Unit>,
    pub functions: Vec<Function>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Language {
    TypeScript,
    Rust(Edition),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Edition {
    E2015,
    E2018,
    E2021,
    E2024,
}

/// `import { a as b } from "m"` is `(m, a, b)`; `import * as b` and `const b = require("m")` have `name` `*`; a default
/// import has `default`. In Rust, `use a::b as c` is `("a", "b", "c")` and `use a::*` has `*` twice. `unit` is the module
/// the import stands in (inline `mod`).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Import {
    pub from: Name,
    pub name: Name,
    pub local: Name,
    pub unit: UnitIx,
    pub span: Span,
    /// `import type`: brings no value.
    pub type_only: bool,
    /// `pub use`
    pub public: bool,
}

/// A name that others can import. `from` is set for `export … from "m"`; `export *` has `name` `*`. `local` is the name
/// inside this file (or inside `from`); `export default <expression>` has the local `default`, a module-level binding.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Export {
    pub name: Name,
    pub local: Name,
    pub from: Option<Name>,
    pub span: Span,
}

/// `mod name;` (or an inline `mod name { … }`, then `unit` is its unit).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ModDecl {
    pub name: Name,
    /// `#[path = "…"]`
    pub path: Option<Name>,
    /// The module that declares it.
    pub parent: UnitIx,
    pub unit: Option<UnitIx>,
    pub test: bool,
}

/// `type A<P> = B`
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Alias {
    pub name: Name,
    /// Its type parameters, in order.
    pub generics: Vec<Name>,
    pub ty: Type,
    pub unit: UnitIx,
}

/// Whatever owns places: unit 0 is the file's module, its fields are the module-level variables.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Unit {
    pub name: Name,
    pub kind: UnitKind,
    pub span: Span,
    /// The unit it is written in.
    pub parent: Option<UnitIx>,
    /// `extends`, `implements`; for a Rust type the traits implemented in this file; for a trait its supertraits.
    pub bases: Vec<Type>,
    pub fields: Vec<Field>,
    pub exported: bool,
    pub decorators: Vec<Decorator>,
    pub test: bool,
    pub generics: Vec<(Name, Type)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum UnitKind {
    /// A file, or an inline `mod`/`namespace`.
    Module,
    /// A TypeScript class, a Rust struct.
    Class,
    /// A Rust enum (cases are fields, typed as tuples), a TypeScript enum.
    Enum,
    /// A TypeScript interface, a Rust trait.
    Interface,
    /// An object literal whose methods share its fields through `this` or through its name.
    Object,
    /// `impl Type` whose type is declared elsewhere; `name` is the type's last name, `bases` the traits.
    Extension,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Field {
    pub name: Name,
    pub ty: Type,
    pub span: Span,
    /// What it starts as, where the declaration says so.
    pub init: Value,
    /// `new X(…)` or `X::new(…)` as its initial value: the type named there.
    pub made: Type,
    /// Belongs to the class itself, or is a Rust `static`/`const` item.
    pub is_static: bool,
    /// `const`, `readonly`, a Rust `static` without `mut`: the binding never changes (what it holds may).
    pub constant: bool,
    pub private: bool,
}

/// `@Injectable()`, `#[derive(…)]`, `#[tokio::main]`: the name as written and its literal arguments.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Decorator {
    pub name: Name,
    pub args: Vec<Value>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Note {
    pub kind: NoteKind,
    pub span: Span,
    pub text: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum NoteKind {
    /// Broken text that was blanked.
    Blanked,
    /// The file could not be parsed even then.
    NotParsed,
    /// Deeper nesting than a recursive parser can take.
    TooDeep,
    /// A form that is not lowered.
    NotLowered,
}
