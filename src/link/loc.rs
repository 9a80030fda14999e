//! Locations: places as the whole program sees them, with the owner that lets two functions mean the same one.

use super::Program;
use super::bind::Callable;
use super::ids::{FileId, FunctionId, UnitId};
use crate::facts::{Bind, LocalIx, Reg, Value};
use crate::names::Name;

/// A base, a way from it, and the last owner on that way. `this.store.jobs[id]`, where `store` is declared as a `Store`,
/// is owned by `Store`: its key is `Store.jobs[…]` and its instance is `this.store`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Loc {
    pub base: Base,
    pub path: Vec<Seg>,
    pub owner: Owner,
    /// How much of the path leads to the owner.
    pub at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Base {
    This(UnitId),
    Param(FunctionId, u16),
    Local(FunctionId, LocalIx),
    /// A module variable, a static, a static field.
    Variable(UnitId, u32),
    /// Something of a package or of the host: `localStorage`, `process.env`.
    External(Name),
    /// What a step made.
    Value(FunctionId, Reg),
    /// What a function answers, whoever asks: two calls of it name one thing.
    Answer(FunctionId),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Owner {
    Unit(UnitId),
    /// Nothing with a declared type stands on the way: the base itself.
    Base(Base),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Seg {
    Field(Name),
    Key(Key),
    /// Some element.
    Any,
    /// What a lock guards, a cell holds.
    Inside,
    /// The payload of an enum case.
    Case(Name),
    /// One more piece of a path to a file, as it is written: `/cache`, `.lock`.
    Part(Name),
    /// A piece of a path that nobody else comes upon: a random number, the process, a directory made for this run.
    Unique,
    /// What stands in the file that the way up to here names.
    Content,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    Const(Name),
    /// An expression of that function.
    Value(FunctionId, Box<Value>),
}

/// The part of a location that two functions share: its owner and the way from there, keys blurred.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SharedKey {
    pub owner: Owner,
    pub path: Vec<Seg>,
}

impl Loc {
    pub fn new(base: Base) -> Loc {
        let owner = match base {
            Base::This(unit) => Owner::Unit(unit),
            other => Owner::Base(other),
        };
        Loc { base, path: Vec::new(), owner, at: 0 }
    }

    /// The receiver of a method of this unit.
    pub fn this(program: &Program, unit: UnitId) -> Loc {
        let base = Base::This(unit);
        let owner = if program.is_wrapping(unit) { Owner::Base(base) } else { Owner::Unit(unit) };
        Loc { base, path: Vec::new(), owner, at: 0 }
    }

    pub fn then(&self, seg: Seg) -> Loc {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(seg);
        Loc { base: self.base, path, owner: self.owner, at: self.at }
    }

    /// The same location, now known to hold an instance of `unit`.
    pub fn owned_by(mut self, program: &Program, unit: UnitId) -> Loc {
        // What stands in a wrapping belongs to whoever has the wrapping: all wrapped locks are not one.
        if program.is_wrapping(unit) {
            return self;
        }
        self.owner = Owner::Unit(unit);
        self.at = self.path.len();
        self
    }

    /// Is it the content of a file?
    pub fn is_file(&self) -> bool {
        self.path.last() == Some(&Seg::Content)
    }

    /// Does the way lead where no other run comes?
    pub fn is_private(&self) -> bool {
        self.path.contains(&Seg::Unique)
    }

    /// The way from the owner.
    pub fn tail(&self) -> &[Seg] {
        &self.path[self.at..]
    }

    pub fn key(&self) -> SharedKey {
        let blurred = self.tail().iter().map(|seg| match seg {
            Seg::Key(Key::Value(..)) => Seg::Any,
            other => other.clone(),
        });
        SharedKey { owner: self.owner, path: blurred.collect() }
    }

    /// The location when `base` stands for what `outer` names.
    pub fn rebased(&self, outer: &Loc) -> Loc {
        let mut path = outer.path.clone();
        path.extend_from_slice(&self.path);
        match self.owner {
            Owner::Unit(unit) => {
                Loc { base: outer.base, owner: Owner::Unit(unit), at: outer.path.len() + self.at, path }
            }
            Owner::Base(_) => Loc { base: outer.base, owner: outer.owner, at: outer.at, path },
        }
    }

    /// How the code would write it.
    pub fn show(&self, program: &Program) -> String {
        let mut out = match self.base {
            Base::This(unit) => {
                if program.is_rust(unit.file) {
                    "self".to_owned()
                } else {
                    "this".to_owned()
                }
            }
            Base::Param(function, index) => {
                program.function(function).params.get(usize::from(index)).map_or("?".into(), |p| p.name.to_string())
            }
            Base::Local(function, local) => {
                program.function(function).locals.get(local.index()).map_or("?".into(), |l| l.name.to_string())
            }
            Base::Variable(unit, field) => {
                program.unit(unit).fields.get(field as usize).map_or("?".into(), |f| f.name.to_string())
            }
            Base::External(name) => name.to_string(),
            Base::Value(function, _) => {
                let variable = variable_of(program, function, self);
                let (mut out, known) =
                    variable.map_or(("…".to_owned(), 0), |(name, known)| (name.to_string(), known));
                show_path(&mut out, &self.path[known..]);
                return out;
            }
            Base::Answer(function) => format!("{}()", program.function(function).name),
        };
        show_path(&mut out, &self.path);
        out
    }
}

/// The first variable of that function into which was put what lies there, or what that is a part of; and how much of the
/// path it stands for.
fn variable_of(program: &Program, function: FunctionId, at: &Loc) -> Option<(Name, usize)> {
    let body = program.bound(function)?;
    let is = |loc: &Loc, path: &[Seg]| loc.base == at.base && loc.path == path;
    let holds = |value: &Value, path: &[Seg]| match value {
        Value::Reg(reg) => body.registers.get(reg.index()).is_some_and(|info| match &info.callable {
            // What is kept for a component goes by the name of what sets it, where that alone is used.
            Callable::Setter(state) => is(state, path),
            _ => info.loc.as_ref().is_some_and(|loc| is(loc, path)),
        }),
        _ => false,
    };
    let locals = &program.function(function).locals;
    (0..=at.path.len()).rev().find_map(|known| {
        let here = &at.path[..known];
        let local = locals.iter().find(|local| matches!(&local.bind, Bind::Once(value) if holds(value, here)))?;
        Some((local.name, known))
    })
}

fn show_path(out: &mut String, path: &[Seg]) {
    for seg in path {
        match seg {
            Seg::Field(name) => {
                out.push('.');
                out.push_str(name);
            }
            Seg::Key(Key::Const(name)) => out.push_str(&format!("[{name:?}]")),
            Seg::Key(Key::Value(..)) | Seg::Any => out.push_str("[…]"),
            Seg::Part(text) => out.push_str(text),
            Seg::Unique => out.push('…'),
            Seg::Inside | Seg::Case(_) | Seg::Content => {}
        }
    }
}

impl SharedKey {
    /// How a reader would name it: `Store.jobs[…]`.
    pub fn show(&self, program: &Program) -> String {
        let mut out = match self.owner {
            Owner::Unit(unit) => program.unit(unit).name.to_string(),
            Owner::Base(base) => return Loc { path: self.path.clone(), ..Loc::new(base) }.show(program),
        };
        show_path(&mut out, &self.path);
        out
    }

    /// The file that declares it, where there is one.
    pub fn file(&self) -> Option<FileId> {
        match self.owner {
            Owner::Unit(unit) | Owner::Base(Base::Variable(unit, _) | Base::This(unit)) => Some(unit.file),
            Owner::Base(Base::Param(f, _) | Base::Local(f, _) | Base::Value(f, _) | Base::Answer(f)) => Some(f.file),
            Owner::Base(Base::External(_)) => None,
        }
    }

    /// Is it one of several that go by this name: some element of a collection?
    pub fn is_blurred(&self) -> bool {
        self.path.iter().any(|seg| matches!(seg, Seg::Any | Seg::Key(Key::Value(..))))
    }

    /// Does one of the two hold the other: `Store.jobs` and `Store.jobs[…]`?
    pub fn touches(&self, other: &SharedKey) -> bool {
        self.owner == other.owner && self.path.iter().zip(&other.path).all(|(a, b)| a == b || either_any(a, b))
    }
}

fn either_any(a: &Seg, b: &Seg) -> bool {
    let element = |seg: &Seg| matches!(seg, Seg::Any | Seg::Key(_));
    matches!(a, Seg::Any) && element(b) || matches!(b, Seg::Any) && element(a)
}
