//! One file's text becomes its facts. Total: never fails, never panics, no I/O. Knows no rule and no other file.

mod builder;
mod depth;
mod heal;
pub mod remarks;
pub mod rust;
pub mod tree;
pub mod typescript;

use crate::facts::{
    FileFacts, Function, FunctionKind, Language, Receiver, Span, Type, Unit, UnitIx, UnitKind, Visibility,
};
use crate::names::Name;

/// The facts of a file that says nothing.
pub fn empty(language: Language, test: bool) -> FileFacts {
    let unit = Unit {
        name: Name::new(""),
        kind: UnitKind::Module,
        span: Span::default(),
        parent: None,
        bases: Vec::new(),
        fields: Vec::new(),
        exported: false,
        decorators: Vec::new(),
        test,
        generics: Vec::new(),
    };
    let function = Function {
        name: Name::new(""),
        span: Span::default(),
        name_span: Span::default(),
        unit: UnitIx(0),
        outer: None,
        kind: FunctionKind::Module,
        is_async: false,
        is_generator: false,
        receiver: Receiver::None,
        visibility: Visibility::Private,
        params: Vec::new(),
        returns: Type::Unknown,
        decorators: Vec::new(),
        test,
        generics: Vec::new(),
        locals: Vec::new(),
        places: Vec::new(),
        blocks: vec![crate::facts::Block::default()],
        registers: 0,
    };
    FileFacts {
        language,
        test,
        imports: Vec::new(),
        exports: Vec::new(),
        mods: Vec::new(),
        aliases: Vec::new(),
        units: vec![unit],
        functions: vec![function],
        notes: Vec::new(),
    }
}

/// How tree-sitter reads a file: as TSX wherever that could be meant.
fn grammar(language: Language, path: &str) -> tree_sitter::Language {
    let plain = [".ts", ".mts", ".cts"].iter().any(|end| path.ends_with(end));
    let grammar = match language {
        Language::Rust(_) => tree_sitter_rust::LANGUAGE,
        Language::TypeScript if plain => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        Language::TypeScript => tree_sitter_typescript::LANGUAGE_TSX,
    };
    grammar.into()
}
