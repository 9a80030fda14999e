//! Chains: `db.update(t).set(v).where(w)` as one thing, from the name it begins with to its last call.

use std::rc::Rc;

use super::frame::Frame;
use super::value::{Origin, SAME, Sym, Values, last_part};

use crate::facts::{Arg, Callee, Elem, Exit, Reg, Root, Step, StepKind, UnitIx, Value};
use crate::link::Program;
use crate::link::ids::UnitId;
use crate::link::types::Ty;
use crate::models::query::{Library, Line, Part};
use crate::names::Name;

/// One name of a chain; a call has arguments.
pub(super) struct Link<'p> {
    pub(super) name: Name,
    pub(super) args: Option<&'p [Arg]>,
    pub(super) frame: Rc<Frame<'p>>,
    /// What it gives.
    pub(super) made: Option<Origin>,
    /// The declared type of what stands here, where there is one.
    pub(super) ty: Ty,
}

pub(super) struct Chain<'p> {
    pub(super) links: Vec<Link<'p>>,
    /// What the first link is a part of.
    pub(super) base: Sym,
    pub(super) reg: Reg,
    /// The guard of a lock that it begins at.
    pub(super) guard: Option<(u64, Reg)>,
    /// The text of a tagged template comes with it.
    pub(super) tagged: bool,
    /// The object that it is called on, where that is spelt out.
    pub(super) object: Option<&'p Value>,
    /// Where it begins.
    pub(super) origin: Option<(Rc<Frame<'p>>, Root)>,
}

/// As long as chains may be.
const LENGTH: usize = 40;

impl<'p> Chain<'p> {
    /// The chain that ends with this call.
    pub(super) fn of(values: &Values<'p>, frame: &Rc<Frame<'p>>, step: &'p Step) -> Option<Chain<'p>> {
        let StepKind::Call { into, .. } = &step.kind else { return None };
        let mut chain = Chain {
            links: Vec::new(),
            base: Sym::Unknown,
            reg: *into,
            guard: None,
            tagged: false,
            object: None,
            origin: None,
        };
        chain.add_call(values, frame, step, 0);
        (!chain.links.is_empty()).then_some(chain)
    }

    fn add_call(&mut self, values: &Values<'p>, frame: &Rc<Frame<'p>>, step: &'p Step, depth: usize) {
        let StepKind::Call { callee, args, into } = &step.kind else { return };
        let made = Some(Origin::Made(frame.id, *into));
        let place = match callee {
            Callee::Place(place) | Callee::Optional(place) | Callee::New(place) => *place,
            Callee::Tag(place) => {
                self.tagged = true;
                *place
            }
            Callee::Macro(name) => {
                self.push_path(*name, Some(args), frame, Ty::Unknown);
                return;
            }
            _ => return,
        };
        let place = values.place(frame.function, place);
        self.add_root(values, frame, place.root, &place.path, depth);
        let named = place.path.last().and_then(field);
        match (place.path.len(), place.root, named) {
            (_, _, Some(_)) => {
                if let Some(last) = self.links.last_mut() {
                    last.args = Some(args);
                    last.made = made;
                }
            }
            // `make()(x)`: a call of what a call gave.
            _ => self.push(Name::new(""), Some(args), frame, Ty::Unknown),
        }
    }

    /// The root and the fields behind it, the name of the call among them.
    fn add_root(&mut self, values: &Values<'p>, frame: &Rc<Frame<'p>>, root: Root, path: &'p [Elem], depth: usize) {
        let program = values.program;
        let mut ty = Ty::Unknown;
        match root {
            Root::Value(reg) => {
                self.guard = values.guard(frame, reg).or(self.guard);
                if depth < LENGTH && !self.add_made(values, frame, reg, depth) {
                    self.base = values.way(frame, root, &[], LENGTH);
                    self.origin = Some((Rc::clone(frame), root));
                    ty = program.body(frame.function).registers.get(reg.index()).map_or(Ty::Unknown, |i| i.ty.clone());
                    let mut name = self.base.last_name().unwrap_or(Name::new(""));
                    if let Some((object, path)) = literal(values, frame, reg) {
                        self.object = Some(object);
                        (name, ty) = (of_literal(program, path, frame), Ty::lib(last_part(path), Vec::new()));
                    }
                    self.push(name, None, frame, ty.clone());
                }
            }
            Root::This | Root::Super => {
                self.base = values.way(frame, root, &[], LENGTH);
                let unit = UnitId { file: frame.function.file, ix: program.function(frame.function).unit };
                ty = Ty::Unit(program.real_unit(unit));
                self.push(Name::new("this"), None, frame, ty.clone());
            }
            Root::Param(function, index) => {
                let owner = crate::link::ids::FunctionId { file: frame.function.file, ix: function };
                ty = program.param_type(owner, index);
                let name = program.function(owner).params.get(usize::from(index)).map_or(Name::new(""), |p| p.name);
                self.base = values.way(frame, root, &[], LENGTH);
                self.origin = Some((Rc::clone(frame), root));
                self.push(name, None, frame, ty.clone());
            }
            Root::Local(function, local) => {
                let owner = crate::link::ids::FunctionId { file: frame.function.file, ix: function };
                let facts = program.function(owner);
                let local = facts.locals.get(local.index());
                if let Some(local) = local {
                    ty = program.resolve_type(owner.file, facts.unit, &facts.generics, &local.ty);
                }
                self.base = values.way(frame, root, &[], LENGTH);
                self.push(local.map_or(Name::new(""), |local| local.name), None, frame, ty.clone());
            }
            Root::Module => ty = variable_type(program, frame, path),
            Root::Global => {}
        }
        let mut named = root == Root::Module;
        for elem in path {
            match elem {
                Elem::Field(name) => {
                    // The first name of a module is the variable itself.
                    if !std::mem::take(&mut named) {
                        ty = program.field_of(&ty, *name);
                    }
                    let name = if self.links.is_empty() { unaliased(program, frame, *name) } else { *name };
                    self.push_path(name, None, frame, ty.clone());
                }
                Elem::Key(Value::Text(name)) => self.push(*name, None, frame, Ty::Unknown),
                _ => {}
            }
        }
    }

    /// A register that another call made is a longer chain. Says whether it was.
    fn add_made(&mut self, values: &Values<'p>, frame: &Rc<Frame<'p>>, reg: Reg, depth: usize) -> bool {
        let Some(step) = values.step(frame.function, reg) else { return false };
        match &step.kind {
            StepKind::Call { callee: Callee::Place(place), args, .. } => {
                let target = values.defs(frame.function).targets.get(&reg).copied();
                let begun = target.is_some_and(|target| {
                    let place = values.place(frame.function, *place);
                    let inner = frame.call(target, args, Some(place), reg);
                    !frame.is_in(target) && depth < super::INLINE && self.add_returned(values, &inner, depth + 1)
                });
                if !begun {
                    self.add_call(values, frame, step, depth + 1);
                    // A helper that chooses the handle: what it was given tells.
                    if target.is_some() {
                        self.origin = Some((Rc::clone(frame), Root::Value(reg)));
                    }
                }
                true
            }
            StepKind::Call { callee: Callee::Macro(_) | Callee::Tag(_), .. } => {
                self.add_call(values, frame, step, depth + 1);
                true
            }
            StepKind::Let { value: Value::Reg(inner), .. } | StepKind::Try { of: Value::Reg(inner), .. } => {
                self.add_made(values, frame, *inner, depth + 1)
            }
            _ => false,
        }
    }

    /// A helper that does nothing but begin a chain.
    fn add_returned(&mut self, values: &Values<'p>, frame: &Rc<Frame<'p>>, depth: usize) -> bool {
        let function = values.program.function(frame.function);
        let mut returned = function.blocks.iter().filter_map(|block| match &block.exit {
            Exit::Return { value: Value::Reg(reg), .. } => Some(*reg),
            _ => None,
        });
        let (Some(only), None) = (returned.next(), returned.next()) else { return false };
        !function.is_async && self.add_made(values, frame, only, depth)
    }

    fn push(&mut self, name: Name, args: Option<&'p [Arg]>, frame: &Rc<Frame<'p>>, ty: Ty) {
        self.links.push(Link { name, args, frame: Rc::clone(frame), made: None, ty });
    }

    /// `users::Entity::find` is three links.
    fn push_path(&mut self, name: Name, args: Option<&'p [Arg]>, frame: &Rc<Frame<'p>>, ty: Ty) {
        if self.links.is_empty() {
            self.base = Sym::At(Origin::Name(name), Vec::new());
        }
        let mut parts = name.as_str().split("::").peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            self.push(Name::new(part), args.filter(|_| last), frame, if last { ty.clone() } else { Ty::Unknown });
        }
    }

    /// Where in the chain the pattern of a line begins, if it stands there.
    pub(super) fn find(&self, library: &Library, line: &Line, row: bool) -> Option<usize> {
        let last = self.links.len().checked_sub(line.pattern.len())?;
        (0..=last).rev().find(|at| {
            let links = &self.links[*at..];
            line.pattern.iter().zip(links).enumerate().all(|(nth, (part, link))| {
                let called = link.args.is_some();
                match part {
                    Part::Field(name) => !called && link.name == *name,
                    Part::Call(name) => called && link.name == *name,
                    Part::Any => !called && (library.rust || nth + at > 0),
                    Part::Class => !called && link.name.starts_with(|c: char| c.is_ascii_uppercase()),
                    Part::Receiver => self.is_receiver(library, at + nth),
                    Part::Row => {
                        let between = self.links[1..].iter().take(at + nth);
                        row && between.into_iter().all(|link| SAME.contains(&link.name.as_str()))
                    }
                }
            })
        })
    }

    pub(super) fn is_receiver(&self, library: &Library, at: usize) -> bool {
        let link = &self.links[at];
        let ty = match &link.ty {
            Ty::Lib { name, .. } => Some(*name),
            _ => None,
        };
        let name = link.name.trim_start_matches(['#', '_']);
        let ends = |text: &str, wanted: &str| {
            text.eq_ignore_ascii_case(wanted)
                || text.len() > wanted.len()
                    && wanted.starts_with(|c: char| c.is_ascii_uppercase())
                    && text.ends_with(wanted)
        };
        library.receivers.iter().any(|wanted| ends(name, wanted) || ty.is_some_and(|ty| ty == wanted.as_str()))
    }

    /// The call of this name.
    pub(super) fn call(&self, name: Name) -> Option<&Link<'p>> {
        self.links.iter().rev().find(|link| link.name == name && link.args.is_some())
    }
}

/// A struct literal that a register holds, with its type's path.
fn literal<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, reg: Reg) -> Option<(&'p Value, Name)> {
    match &values.step(frame.function, reg)?.kind {
        StepKind::Let { value, .. } => Some((value, value.struct_path()?)),
        _ => None,
    }
}

/// The type of the variable of this file that a path begins with.
fn variable_type(program: &Program, frame: &Frame<'_>, path: &[Elem]) -> Ty {
    let Some(Elem::Field(first)) = path.first() else { return Ty::Unknown };
    let file = frame.function.file;
    // The first unit of a file is its module.
    let module = program.facts(file).units.first().map_or(&[][..], |unit| &unit.fields);
    match module.iter().position(|field| field.name == *first) {
        Some(at) => program.field_type(UnitId { file, ix: UnitIx(0) }, at as u32),
        None => Ty::Unknown,
    }
}

/// A Rust path by the name that what it begins with was declared under: `use users::Entity as Users`.
fn unaliased(program: &Program, frame: &Frame<'_>, path: Name) -> Name {
    if !program.is_rust(frame.function.file) {
        return path;
    }
    let (first, rest) =
        path.as_str().split_once("::").map_or((path.as_str(), None), |(first, rest)| (first, Some(rest)));
    let imports = &program.facts(frame.function.file).imports;
    match imports.iter().find(|import| import.local == first && import.name != import.local && import.name != "*") {
        Some(import) => {
            let module = import.from.as_str().rsplit("::").next().unwrap_or_default();
            let rest = rest.map_or(String::new(), |rest| format!("::{rest}"));
            Name::new(&format!("{module}::{}{rest}", import.name))
        }
        None => path,
    }
}

/// What the row type of a module is called by.
fn of_literal(program: &Program, path: Name, frame: &Frame<'_>) -> Name {
    match path.rsplit("::").nth(1) {
        Some(module) => Name::new(module),
        None => Name::new(row_of(program, frame)),
    }
}

/// Every module calls its row type alike: the module's file tells.
pub(super) fn row_of<'p>(program: &'p Program, frame: &Frame<'_>) -> &'p str {
    let path = program.files[frame.function.file.index()].path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.rsplit('/').next().unwrap_or_default()
}

impl Sym {
    fn last_name(&self) -> Option<Name> {
        match self {
            Sym::At(_, path) => path.last().copied(),
            _ => None,
        }
    }
}

fn field(elem: &Elem) -> Option<&'static str> {
    match elem {
        Elem::Field(name) => Some(last_part(*name)),
        Elem::Key(Value::Text(name)) => Some(name.as_str()),
        _ => None,
    }
}
