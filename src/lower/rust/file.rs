//! What is known while one file is lowered: its facts so far, the names it binds, and the functions being written.

use proc_macro2::Ident;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Source;
use super::frame::Frame;
use super::macro_rules::Rules;
use crate::facts::{Edition, FileFacts, FunctionIx, Language, Note, NoteKind, Span, Type, Unit, UnitIx, UnitKind};
use crate::names::Name;

/// The lowering of one file.
pub(super) struct Lower {
    pub(super) facts: FileFacts,
    /// Bytes before the parsed text.
    skipped: u32,
    pub(super) edition: Edition,
    /// What was blanked, in order.
    pub(super) holes: Vec<Span>,
    /// `macro_rules!` of this file.
    pub(super) macros: FxHashMap<String, std::rc::Rc<Rules>>,
    pub(super) expanding: u32,
    /// The use of the macro whose expansion is being lowered.
    pub(super) expansion: Option<Span>,
    /// The names that each module unit binds.
    pub(super) bound: FxHashMap<UnitIx, FxHashSet<Name>>,
    /// The types that the file declares, by the module they stand in.
    pub(super) declared: FxHashMap<(UnitIx, Name), UnitIx>,
    /// Can the result of a function of this file own something? By the type that it is a member of, and its name.
    pub(super) results: FxHashMap<(Name, Name), bool>,
    /// The type whose members are being written.
    pub(super) owner: Name,
    /// The module that is being read, and whether it is test code.
    pub(super) module: UnitIx,
    pub(super) test: bool,
    /// The functions being written, the innermost last.
    pub(super) frames: Vec<Frame>,
}

impl Lower {
    pub(super) fn new(source: &Source<'_>, skipped: usize) -> Lower {
        let span = Span::new(0, source.text.len() as u32);
        let unit = Unit {
            name: Name::new(""),
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
        let facts = FileFacts {
            language: Language::Rust(source.edition),
            test: source.test,
            imports: Vec::new(),
            exports: Vec::new(),
            mods: Vec::new(),
            aliases: Vec::new(),
            units: vec![unit],
            functions: Vec::new(),
            notes: Vec::new(),
        };
        Lower {
            facts,
            skipped: skipped as u32,
            edition: source.edition,
            holes: Vec::new(),
            macros: FxHashMap::default(),
            expanding: 0,
            expansion: None,
            bound: FxHashMap::default(),
            declared: FxHashMap::default(),
            results: FxHashMap::default(),
            owner: Name::new(""),
            module: UnitIx(0),
            test: source.test,
            frames: Vec::new(),
        }
    }

    pub(super) fn file(mut self, parsed: &syn::File) -> FileFacts {
        self.test |= super::items::is_test(&parsed.attrs);
        self.facts.test = self.test;
        self.module_body(parsed);
        self.facts
    }

    /// A place of its own for a function that is about to be written.
    pub(super) fn reserve(&mut self) -> FunctionIx {
        self.facts.functions.push(super::functions::placeholder());
        FunctionIx(self.facts.functions.len() as u32 - 1)
    }

    pub(super) fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a body is only lowered inside a function")
    }

    pub(super) fn frame_ref(&self) -> &Frame {
        self.frames.last().expect("a body is only lowered inside a function")
    }

    /// The bytes of the file that these tokens cover.
    pub(super) fn bytes(&self, span: proc_macro2::Span) -> Span {
        let range = span.byte_range();
        let span = Span::new(range.start as u32 + self.skipped, range.end as u32 + self.skipped);
        match self.expansion {
            Some(whole) if !whole.covers(span) => whole,
            _ => span,
        }
    }

    /// A range of the parsed text as one of the file.
    pub(super) fn in_file(&self, span: Span) -> Span {
        Span::new(span.start + self.skipped, span.end + self.skipped)
    }

    pub(super) fn between(&self, (first, last): (proc_macro2::Span, proc_macro2::Span)) -> Span {
        let (first, last) = (self.bytes(first), self.bytes(last));
        // The parts of an expanded macro stand in two places.
        if first.start <= last.end { Span::new(first.start, last.end) } else { first }
    }

    /// Just behind these tokens: where what ends with them ends.
    pub(super) fn after(&self, span: proc_macro2::Span) -> Span {
        let end = self.bytes(span).end;
        Span::new(end, end)
    }

    pub(super) fn note(&mut self, kind: NoteKind, span: Span, text: &str) {
        self.facts.notes.push(Note { kind, span, text: text.to_owned() });
    }

    /// Does the module being read bind this name?
    pub(super) fn binds(&self, name: Name) -> bool {
        self.bound.get(&self.module).is_some_and(|names| names.contains(&name))
    }

    /// The unit of a type that the file declares, by the last part of its name; the own module's first.
    pub(super) fn unit_named(&self, ty: &Type) -> Option<UnitIx> {
        let name = Name::new(ty.last_name()?);
        if let Some(unit) = self.declared.get(&(self.module, name)) {
            return Some(*unit);
        }
        let mut others = self.facts.units.iter().enumerate().filter(|(_, unit)| {
            unit.name == name && matches!(unit.kind, UnitKind::Class | UnitKind::Enum | UnitKind::Interface)
        });
        match (others.next(), others.next()) {
            (Some((at, _)), None) => Some(UnitIx(at as u32)),
            _ => None,
        }
    }
}

/// An identifier's name, without the `r#` of a raw one.
pub(super) fn name_of(ident: &Ident) -> Name {
    let text = ident.to_string();
    Name::new(text.strip_prefix("r#").unwrap_or(&text))
}
