//! What is known while one file is lowered: its facts so far, the names it binds, and the functions being written.

use proc_macro2::Ident;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Source;
use super::frame::Frame;
use super::macro_rules::Rules;
use crate::facts::{Edition, FileFacts, FunctionIx, Language, Note, NoteKind, Span, Type, Unit, UnitIx, UnitKind};
use crate::names::Name;

/// The lowering of one file.
pub(super) struct Lower<'a> {
    pub(super) facts: FileFacts,
    lines: Lines<'a>,
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

impl<'a> Lower<'a> {
    pub(super) fn new(source: &Source<'a>, skipped: usize) -> Lower<'a> {
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
            lines: Lines::new(source.text, skipped),
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
        self.between((span, span))
    }

    /// From the first of these tokens to the last.
    pub(super) fn between(&self, (first, last): (proc_macro2::Span, proc_macro2::Span)) -> Span {
        let (start, end) = (self.lines.byte(first.start()), self.lines.byte(last.end()));
        match self.expansion {
            // What an expanded macro wrote itself is shown where the macro is used.
            Some(whole) if start < whole.start || whole.end < end => whole,
            _ if start <= end => Span::new(start, end),
            _ => Span::new(end, end),
        }
    }

    /// A range of the parsed text as one of the file.
    pub(super) fn in_file(&self, span: Span) -> Span {
        Span::new(span.start + self.lines.skipped, span.end + self.lines.skipped)
    }

    /// Just behind these tokens: where what ends with them ends.
    pub(super) fn after(&self, span: proc_macro2::Span) -> Span {
        let end = match self.expansion {
            Some(_) => self.bytes(span).end,
            None => self.lines.byte(span.end()),
        };
        Span::new(end, end)
    }

    /// Does this text stand in the range?
    pub(super) fn mentions(&self, range: Span, text: &[u8]) -> bool {
        let bytes = self.lines.text.as_bytes().get(range.start as usize..range.end as usize);
        bytes.is_none_or(|bytes| memchr::memmem::find(bytes, text).is_some())
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

/// Where lines begin: the parser counts lines and characters, the facts count bytes.
struct Lines<'a> {
    text: &'a str,
    /// Bytes before the parsed text.
    skipped: u32,
    starts: Vec<u32>,
    ascii: bool,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, skipped: usize) -> Lines<'a> {
        let code = &text.as_bytes()[skipped..];
        let after = memchr::memchr_iter(b'\n', code).map(|at| (skipped + at + 1) as u32);
        let starts = std::iter::once(skipped as u32).chain(after).collect();
        Lines { text, skipped: skipped as u32, starts, ascii: text.is_ascii() }
    }

    fn byte(&self, at: proc_macro2::LineColumn) -> u32 {
        let start = self.starts.get(at.line.saturating_sub(1)).copied().unwrap_or(self.skipped);
        if self.ascii {
            return start + at.column as u32;
        }
        let line = self.text.get(start as usize..).unwrap_or_default();
        let column = line.char_indices().nth(at.column).map_or(line.len(), |(byte, _)| byte);
        start + column as u32
    }
}
