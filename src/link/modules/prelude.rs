//! The prelude: names that Rust code has without a `use`, and where they come from.

use crate::link::ids::Symbol;
use crate::names::Name;

const PRELUDE: &[(&str, &[&str])] = &[
    ("std::option", &["Option"]),
    ("std::option::Option", &["Some", "None"]),
    ("std::result", &["Result"]),
    ("std::result::Result", &["Ok", "Err"]),
    ("std::vec", &["Vec"]),
    ("std::string", &["String", "ToString"]),
    ("std::boxed", &["Box"]),
    ("std::mem", &["drop", "size_of", "size_of_val", "align_of"]),
    ("std::borrow", &["ToOwned"]),
    ("std::clone", &["Clone"]),
    ("std::marker", &["Copy", "Send", "Sync", "Sized", "Unpin"]),
    ("std::ops", &["Drop", "Fn", "FnMut", "FnOnce", "AsyncFn", "AsyncFnMut", "AsyncFnOnce"]),
    ("std::convert", &["AsRef", "AsMut", "Into", "From", "TryFrom", "TryInto"]),
    ("std::default", &["Default"]),
    ("std::iter", &["Iterator", "Extend", "IntoIterator", "DoubleEndedIterator", "ExactSizeIterator", "FromIterator"]),
    ("std::future", &["Future", "IntoFuture"]),
    ("std::cmp", &["PartialEq", "PartialOrd", "Eq", "Ord"]),
    (
        "std::primitive",
        &[
            "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
            "isize", "f32", "f64",
        ],
    ),
];

/// Crates of the compiler itself.
const BUILT_IN: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

/// What a name of the prelude means.
pub(super) fn lookup(name: Name) -> Symbol {
    let holds = |(_, names): &&(&str, &[&str])| names.contains(&name.as_str());
    match PRELUDE.iter().find(holds) {
        Some((from, _)) => Symbol::External { from: Name::new(from), name },
        None => Symbol::Unknown,
    }
}

pub(super) fn is_built_in(name: Name) -> bool {
    BUILT_IN.contains(&name.as_str())
}
