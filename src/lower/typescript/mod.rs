//! TypeScript and JavaScript: one file's text becomes its facts. Parser types never leave this folder.

mod assignments;
mod bindings;
mod chains;
mod classes;
mod conditions;
mod context;
mod expressions;
mod functions;
mod jsx;
mod loops;
mod modules;
mod objects;
mod patterns;
mod statements;
mod tries;
mod types;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

use crate::facts::{
    FileFacts, Function, FunctionIx, FunctionKind, Language, Receiver, Span, StepKind, Type, Unit, UnitIx, UnitKind,
    Visibility,
};
use crate::names::Name;
use context::Lower;

/// One file.
pub struct Source<'a> {
    pub text: &'a str,
    /// Relative to the project, with `/`.
    pub path: &'a str,
    pub test: bool,
}

/// The facts of one file. Total: what cannot be read is an unknown step and a note. Needs a stack of 16 MB for code that
/// nests as deeply as is let through.
pub fn lower(source: &Source<'_>) -> FileFacts {
    let allocator = Allocator::default();
    let parsed = parse(&allocator, source.text, source.path);
    lower_program(source, &parsed.program)
}

fn parse<'a>(allocator: &'a Allocator, text: &'a str, path: &str) -> oxc_parser::ParserReturn<'a> {
    let mut options = ParseOptions::default();
    options.preserve_parens = false;
    options.allow_return_outside_function = true;
    Parser::new(allocator, text, source_type(path)).with_options(options).parse()
}

/// By extension; plain JavaScript may hold JSX.
fn source_type(path: &str) -> SourceType {
    let kind = SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts());
    if kind.is_javascript() { kind.with_jsx(true) } else { kind }
}

fn lower_program(source: &Source<'_>, program: &Program<'_>) -> FileFacts {
    let built = SemanticBuilder::new().build(program);
    let scoping = built.semantic.into_scoping();
    let mut lower = Lower::new(program.source_text, &scoping, empty(source));
    lower.homes[scoping.root_scope_id().index()] = Some(FunctionIx(0));
    lower.program(program);
    lower.finish()
}

/// Facts with nothing in them but the module itself.
fn empty(source: &Source<'_>) -> FileFacts {
    let span = Span::new(0, source.text.len() as u32);
    let stem = source.path.rsplit('/').next().unwrap_or("").split('.').next().unwrap_or("");
    let module = Unit {
        name: Name::new(stem),
        kind: UnitKind::Module,
        span,
        parent: None,
        bases: Vec::new(),
        fields: Vec::new(),
        exported: true,
        decorators: Vec::new(),
        test: source.test,
        generics: Vec::new(),
    };
    let top = Function {
        name: Name::new(""),
        span,
        name_span: Span::new(0, 0),
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
        test: source.test,
        generics: Vec::new(),
        locals: Vec::new(),
        places: Vec::new(),
        blocks: Vec::new(),
        registers: 0,
    };
    FileFacts {
        language: Language::TypeScript,
        test: source.test,
        imports: Vec::new(),
        exports: Vec::new(),
        mods: Vec::new(),
        aliases: Vec::new(),
        units: vec![module],
        functions: vec![top],
        notes: Vec::new(),
    }
}

impl<'a> Lower<'a> {
    fn program(&mut self, program: &'a Program<'a>) {
        self.find_enums(&program.body);
        self.statements(&program.body);
    }

    fn finish(mut self) -> FileFacts {
        let frame = std::mem::replace(&mut self.frame, context::Frame::new(FunctionIx(0), UnitIx(0)));
        self.close(FunctionIx(0), frame);
        let top = &mut self.facts.functions[0];
        // A module that awaits at its top level.
        top.is_async = top.blocks.iter().flat_map(|b| &b.steps).any(|s| matches!(s.kind, StepKind::Suspend { .. }));
        self.publish();
        self.facts
    }
}

/// Only what lowering stands on, for measuring: parse and resolve names. How many statements the file has.
#[doc(hidden)]
pub fn parse_only(source: &Source<'_>) -> usize {
    let allocator = Allocator::default();
    let parsed = parse(&allocator, source.text, source.path);
    let built = SemanticBuilder::new().build(&parsed.program);
    parsed.program.body.len() + built.semantic.scoping().symbols_len().min(0)
}
