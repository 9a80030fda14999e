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
mod names;
mod objects;
mod patterns;
mod statements;
mod tries;
mod types;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use tree_sitter_typescript::LANGUAGE_TYPESCRIPT;

use super::{depth, heal};
use crate::facts::{
    Block, FileFacts, Function, FunctionIx, FunctionKind, Language, Note, NoteKind, Receiver, Span, Step, StepKind,
    Type, Unit, UnitIx, UnitKind, Visibility,
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
    ARENA.with_borrow_mut(|allocator| {
        // The parser asserts more in debug builds than it keeps: a file that trips it costs that file alone.
        match catch_unwind(AssertUnwindSafe(|| lower_in(allocator, source))) {
            Ok(facts) => {
                allocator.reset();
                facts
            }
            Err(_) => {
                *allocator = Allocator::default();
                not_parsed(source)
            }
        }
    })
}

thread_local! {
    /// Trees live here only while their file is lowered; the memory serves the next one.
    static ARENA: RefCell<Allocator> = RefCell::new(Allocator::default());
}

fn lower_in(allocator: &Allocator, source: &Source<'_>) -> FileFacts {
    let deep = depth::excess(source.text, depth::Syntax::Script);
    if deep.is_empty() {
        let parsed = parse(allocator, source.text, source.path);
        if refusal(&parsed).is_none() {
            return lower_program(source, &parsed.program, &[], &[]);
        }
    }
    // JavaScript with Flow types is mostly valid TypeScript.
    let kind = source_type(source.path);
    if kind.is_javascript() && deep.is_empty() {
        let parsed = parse_as(allocator, source.text, kind.with_typescript(true));
        if refusal(&parsed).is_none() {
            return lower_program(source, &parsed.program, &[], &[]);
        }
    }
    let text = heal::blanked(source.text, &deep);
    let language = if kind.is_jsx() { tree_sitter_typescript::LANGUAGE_TSX } else { LANGUAGE_TYPESCRIPT };
    let healed = heal::heal(&text, &language.into(), |text| {
        let text: &str = allocator.alloc_str(text);
        let parsed = parse(allocator, text, source.path);
        match refusal(&parsed) {
            Some(offset) => Err(offset),
            None => Ok(parsed.program),
        }
    });
    match healed.parsed {
        Some(program) => lower_program(source, &program, &deep, &healed.holes),
        None => not_parsed(source),
    }
}

fn parse<'a>(allocator: &'a Allocator, text: &'a str, path: &str) -> ParserReturn<'a> {
    parse_as(allocator, text, source_type(path))
}

fn parse_as<'a>(allocator: &'a Allocator, text: &'a str, kind: SourceType) -> ParserReturn<'a> {
    let options = ParseOptions { preserve_parens: false, allow_return_outside_function: true, ..Default::default() };
    Parser::new(allocator, text, kind).with_options(options).parse()
}

/// By extension; plain JavaScript may hold JSX.
fn source_type(path: &str) -> SourceType {
    let kind = SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts());
    if kind.is_javascript() { kind.with_jsx(true) } else { kind }
}

/// Did the parser give up? Then where, if it says. What it reads on after (a modifier in the wrong place, `await` where
/// none may stand, a name declared twice) is harmless: the whole tree is there.
fn refusal(parsed: &ParserReturn<'_>) -> Option<Option<u32>> {
    if !parsed.panicked {
        return None;
    }
    let first = parsed.diagnostics.errors().next();
    let labels = first.map(|error| &error.labels);
    Some(labels.and_then(|labels| labels.first()).map(|label| label.offset()))
}

fn lower_program(source: &Source<'_>, program: &Program<'_>, deep: &[Span], broken: &[Span]) -> FileFacts {
    let built = SemanticBuilder::new().build(program);
    let scoping = built.semantic.into_scoping();
    let mut lower = Lower::new(program.source_text, &scoping, empty(source));
    lower.homes[scoping.root_scope_id().index()] = Some(FunctionIx(0));
    for (holes, kind, text) in
        [(deep, NoteKind::TooDeep, "nested too deeply"), (broken, NoteKind::Blanked, "does not parse")]
    {
        for hole in holes {
            lower.note(kind, *hole, text);
        }
        lower.holes.extend_from_slice(holes);
    }
    lower.holes.sort_unstable();
    lower.program(program);
    lower.finish()
}

/// Nothing of the file could be read.
fn not_parsed(source: &Source<'_>) -> FileFacts {
    let mut facts = empty(source);
    let span = facts.functions[0].span;
    let step = Step { span, kind: StepKind::Unknown { what: Name::new("file") } };
    facts.functions[0].blocks.push(Block { steps: vec![step], ..Block::default() });
    facts.notes.push(Note { kind: NoteKind::NotParsed, span, text: "does not parse".to_owned() });
    facts
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
        self.fill_holes(u32::MAX);
    }

    fn finish(mut self) -> FileFacts {
        let frame = std::mem::replace(&mut self.frame, context::Frame::new(FunctionIx(0), UnitIx(0)));
        self.close(FunctionIx(0), frame);
        let top = &mut self.facts.functions[0];
        // A module that awaits at its top level.
        top.is_async = top.blocks.iter().flat_map(|b| &b.steps).any(|s| matches!(s.kind, StepKind::Suspend { .. }));
        self.publish();
        self.into_facts()
    }
}

/// Only what lowering stands on, for measuring: parse and resolve names. How many statements the file has.
#[doc(hidden)]
pub fn parse_only(source: &Source<'_>) -> usize {
    if !depth::excess(source.text, depth::Syntax::Script).is_empty() {
        return 0;
    }
    ARENA.with_borrow_mut(|allocator| {
        let parsed = parse(allocator, source.text, source.path);
        let built = SemanticBuilder::new().build(&parsed.program);
        let kept = if built.semantic.scoping().symbols_is_empty() { 0 } else { parsed.program.body.len() };
        drop(built);
        allocator.reset();
        kept
    })
}
