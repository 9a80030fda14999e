//! What lowering one file carries around: the facts so far, the function being written, and what each symbol is bound to.

use std::cell::Cell;

use oxc_ast::ast;
use oxc_semantic::Scoping;
use rustc_hash::{FxHashMap, FxHashSet};

use super::chains::Link;
use super::names::Names;
use crate::facts::{
    BlockIx, Exit, FileFacts, FunctionIx, FunctionKind, LocalIx, Note, NoteKind, Place, Receiver, Reg, Root, Span,
    StepKind, Test, UnitIx, Value,
};
use crate::lower::builder::{Body, root_of};
use crate::names::Name;

pub(super) struct Lower<'a> {
    pub(super) text: &'a str,
    pub(super) scoping: &'a Scoping,
    pub(super) facts: FileFacts,
    /// The function being written.
    pub(super) frame: Frame<'a>,
    /// By symbol id.
    pub(super) symbols: Vec<Symbol>,
    /// By scope id: the function whose body the scope is.
    pub(super) homes: Vec<Option<FunctionIx>>,
    /// By scope id: the path of a namespace.
    pub(super) namespaces: FxHashMap<u32, Vec<Name>>,
    pub(super) namespace_path: Vec<Name>,
    pub(super) namespace_exports: Vec<(UnitIx, Name)>,
    /// By scope id: classes that were lowered, for code that is copied.
    pub(super) classes: FxHashMap<u32, UnitIx>,
    /// By start: object literals that became units.
    pub(super) objects: FxHashMap<u32, UnitIx>,
    /// Names of the file's own enums.
    pub(super) enums: FxHashSet<Name>,
    pub(super) spine: Vec<Link<'a>>,
    /// How many elements the place at hand will grow by.
    pub(super) room: usize,
    /// What the next function, class or object literal is given to.
    pub(super) hint: Option<Name>,
    /// Text that was blanked, in order: becomes an `Unknown` step of the function around it.
    pub(super) holes: Vec<Span>,
    names: Names,
    depth: u32,
    too_deep: bool,
}

/// One function's body and the ways out of the statements around the current one.
pub(super) struct Frame<'a> {
    pub(super) ix: FunctionIx,
    pub(super) unit: UnitIx,
    pub(super) body: Body,
    pub(super) scopes: Vec<Scope<'a>>,
    /// How many `finally` copies are being written inside each other.
    pub(super) copies: u32,
    /// Labels standing directly before the statement that comes next.
    pub(super) labels: Vec<&'a str>,
    /// Parameter properties of a derived class, written after `super(…)`.
    pub(super) after_super: Vec<(Name, u16, Span)>,
    /// What `this` is in a static member: the class itself.
    pub(super) class: Option<Place>,
    /// Registers that hold object literals with a unit of their own.
    pub(super) objects: Vec<(Reg, UnitIx)>,
    /// The constructor of a class that extends another.
    pub(super) derived: bool,
}

pub(super) enum Scope<'a> {
    /// A loop, a switch or a labelled block.
    Target { labels: Vec<&'a str>, break_to: BlockIx, continue_to: Option<BlockIx>, plain: bool },
    /// Something to run on every way out.
    Cleanup { what: Cleanup<'a>, outer: Option<BlockIx>, error: BlockIx },
}

#[derive(Clone, Copy)]
pub(super) enum Cleanup<'a> {
    Finally(&'a ast::BlockStatement<'a>),
    Drop { reg: Reg, awaited: bool, span: Span },
}

#[derive(Clone, Default)]
pub(super) struct Symbol {
    pub(super) home: Option<FunctionIx>,
    /// An immutable binding's value, once its declaration was lowered.
    pub(super) value: Option<Value>,
    pub(super) local: Option<LocalIx>,
    pub(super) param: Option<u16>,
    /// The comparison that it is bound to.
    pub(super) test: Option<Box<Test>>,
    pub(super) declared: bool,
    pub(super) name: Option<Name>,
    pub(super) mutable: Cell<Option<bool>>,
}

/// How deep statements and expressions may nest before lowering gives up on the rest: the bracket guard stops most, this
/// stops chains without brackets. Sized for a stack of 16 MB in an unoptimised build.
const DEEPEST: u32 = 400;

impl<'a> Frame<'a> {
    pub(super) fn new(ix: FunctionIx, unit: UnitIx) -> Frame<'a> {
        Frame {
            ix,
            unit,
            body: Body::new(),
            scopes: Vec::new(),
            copies: 0,
            labels: Vec::new(),
            after_super: Vec::new(),
            class: None,
            derived: false,
            objects: Vec::new(),
        }
    }
}

impl<'a> Lower<'a> {
    pub(super) fn new(text: &'a str, scoping: &'a Scoping, facts: FileFacts) -> Lower<'a> {
        Lower {
            text,
            scoping,
            facts,
            frame: Frame::new(FunctionIx(0), UnitIx(0)),
            symbols: vec![Symbol::default(); scoping.symbols_len()],
            homes: vec![None; scoping.scopes_len()],
            namespaces: FxHashMap::default(),
            namespace_path: Vec::new(),
            namespace_exports: Vec::new(),
            classes: FxHashMap::default(),
            objects: FxHashMap::default(),
            enums: FxHashSet::default(),
            spine: Vec::new(),
            room: 0,
            hint: None,
            holes: Vec::new(),
            names: Names::take(),
            depth: 0,
            too_deep: false,
        }
    }

    /// Hands the thread's names back and gives the facts.
    pub(super) fn into_facts(self) -> FileFacts {
        self.names.give_back();
        self.facts
    }

    pub(super) fn name(&mut self, text: &str) -> Name {
        self.names.name(text)
    }

    pub(super) fn slice(&self, span: oxc_span::Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    pub(super) fn body(&mut self) -> &mut Body {
        &mut self.frame.body
    }

    pub(super) fn note(&mut self, kind: NoteKind, span: Span, text: &str) {
        self.facts.notes.push(Note { kind, span, text: text.to_owned() });
    }

    /// Runs `lower` one level deeper; beyond the limit the whole form is an `Unknown` step.
    pub(super) fn deeper<T>(&mut self, span: Span, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            if !std::mem::replace(&mut self.too_deep, true) {
                self.note(NoteKind::TooDeep, span, "nested too deeply to lower");
            }
            self.body().step(span, StepKind::Unknown { what: Name::new("too deep") });
            return None;
        }
        self.depth += 1;
        let lowered = lower(self);
        self.depth -= 1;
        Some(lowered)
    }

    /// The place of something that a value holds; a value that is no register yet gets one.
    pub(super) fn place_of(&mut self, value: Value, span: Span) -> Place {
        let root = match root_of(&value, self.frame.ix) {
            Some(root) => root,
            None => Root::Value(self.frame.body.pin(span, value)),
        };
        // Named to take something of it.
        Place { root, path: Vec::with_capacity(1) }
    }

    /// `this`, as a place.
    pub(super) fn this(&mut self) -> Place {
        if let Some(class) = &self.frame.class {
            return class.clone();
        }
        let mut at = Some(self.frame.ix);
        while let Some(ix) = at {
            let function = &mut self.facts.functions[ix.index()];
            match function.receiver {
                Receiver::Outer => at = function.outer,
                Receiver::None if matches!(function.kind, FunctionKind::Plain | FunctionKind::Closure) => {
                    function.receiver = Receiver::Shared;
                    break;
                }
                _ => break,
            }
        }
        Place { root: Root::This, path: Vec::new() }
    }

    /// Writes another function's body, then goes on with this one.
    pub(super) fn inside(&mut self, frame: Frame<'a>, write: impl FnOnce(&mut Self)) {
        let hint = self.hint.take();
        let ix = frame.ix;
        let outer = std::mem::replace(&mut self.frame, frame);
        write(self);
        let frame = std::mem::replace(&mut self.frame, outer);
        self.close(ix, frame);
        self.hint = hint;
    }

    pub(super) fn close(&mut self, ix: FunctionIx, frame: Frame<'a>) {
        let end = self.facts.functions[ix.index()].span.end;
        let built = frame.body.finish(Exit::Return { value: Value::Absent, span: Span::new(end, end) });
        let function = &mut self.facts.functions[ix.index()];
        function.blocks = built.blocks;
        function.places = built.places;
        function.registers = built.registers;
    }
}

pub(super) fn at(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end)
}
