//! Types as declared: enough to know a lock, a map, a class, a future. No inference happens here.

use serde::{Deserialize, Serialize};

use crate::names::Name;

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Type {
    /// Nothing is declared.
    #[default]
    Unknown,
    /// `a::b::Name<args>` or `ns.Name<args>`, the path as written with `::` or `.` between its parts. `Self` stays `Self`.
    /// Built-in forms have plain names too: `string`, `null`, `()`, `[T]` is `Array<T>` in TypeScript and `Slice<T>` in
    /// Rust, a tuple is `Tuple<…>`, `T | U` is `Union<T, U>`, a string-literal type is `Literal`.
    Named { path: Name, args: Vec<Type> },
    /// `&T`, `&mut T`; `*const`/`*mut` too.
    Ref { mutable: bool, to: Box<Type> },
    /// `dyn A + B`, `impl A`, a type parameter's bounds.
    Dyn(Vec<Type>),
    /// A function type with its result.
    Function { result: Box<Type> },
}

impl Type {
    pub fn named(path: &str) -> Type {
        Type::Named { path: Name::new(path), args: Vec::new() }
    }

    /// The last part of the path of a named type: `Mutex` for `std::sync::Mutex<T>`.
    pub fn last_name(&self) -> Option<&'static str> {
        match self {
            Type::Named { path, .. } => path.as_str().rsplit([':', '.']).next(),
            _ => None,
        }
    }

    /// The type without the references around it.
    pub fn peeled(&self) -> &Type {
        let mut ty = self;
        while let Type::Ref { to, .. } = ty {
            ty = to;
        }
        ty
    }

    pub fn args(&self) -> &[Type] {
        match self {
            Type::Named { args, .. } => args,
            _ => &[],
        }
    }
}
