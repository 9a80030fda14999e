//! Files: what path a value names, and what a call does to the file there. Two names are one file only when they are put
//! together in the same way from the same pieces.

use super::Binder;
use super::body::{FileStep, Info, OpKind, Returned};
use super::calls::Site;
use super::effects::receiver_register;
use super::walk::At;
use crate::facts::{Passing, Place, Reg, Value};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::link::types::Ty;
use crate::models::{Effect, FileEffect, FileWhat, Outside, PathEffect};
use crate::names::Name;

/// Longer ways than this are put together in a loop.
const PIECES: usize = 12;

/// Does a caller understand this path?
pub(super) fn is_outward(path: &Loc) -> bool {
    match path.base {
        Base::This(_) | Base::Param(..) | Base::Variable(..) | Base::External(_) | Base::Answer(_) => true,
        Base::Local(..) | Base::Value(..) => path.is_private(),
    }
}

/// A name that nobody else has.
fn unique() -> Loc {
    Loc::new(Base::External(Name::new(""))).then(Seg::Unique)
}

/// The names of files in one function, as far as its registers tell.
pub struct Names<'a> {
    pub id: FunctionId,
    pub registers: &'a [Info],
}

impl Names<'_> {
    fn info(&self, reg: Reg) -> Info {
        self.registers.get(reg.index()).cloned().unwrap_or_default()
    }

    /// The path that a value names; a value that nobody made of pieces is a path of its own.
    pub fn path_of(&self, value: &Value) -> Option<Loc> {
        match value {
            Value::Text(text) => Some(Loc::new(Base::External(Name::new(&format!("{text:?}"))))),
            Value::Param(index) => Some(Loc::new(Base::Param(self.id, *index))),
            Value::Reg(reg) => {
                let info = self.info(*reg);
                if info.ty.is_lib(&["Date"]) {
                    return Some(unique());
                }
                let own = || Loc::new(Base::Value(self.id, *reg));
                Some(info.path.or(info.loc).unwrap_or_else(own))
            }
            Value::Case(_, parts) if parts.len() == 1 => self.path_of(&parts[0]),
            Value::Template(parts) => self.joined(parts),
            Value::Term(parts) => self.unique_of(None, parts),
            _ => None,
        }
    }

    fn joined(&self, parts: &[Value]) -> Option<Loc> {
        let (first, rest) = parts.split_first()?;
        let first = match first {
            Value::Text(_) | Value::Reg(_) | Value::Param(_) => self.path_of(first)?,
            _ => return None,
        };
        Some(rest.iter().fold(first, |path, part| self.longer(&path, part, "")))
    }

    /// The path with one more piece.
    fn longer(&self, path: &Loc, piece: &Value, separator: &str) -> Loc {
        if path.path.len() > PIECES {
            return path.clone();
        }
        match piece {
            Value::Text(text) => path.then(Seg::Part(Name::new(&format!("{separator}{text}")))),
            Value::Int(number) => path.then(Seg::Part(Name::new(&format!("{separator}{number}")))),
            // A piece that is put together itself.
            Value::Template(parts) => {
                let path = if separator.is_empty() { path.clone() } else { path.then(Seg::Part(Name::new(separator))) };
                parts.iter().fold(path, |path, part| self.longer(&path, part, ""))
            }
            other => match self.path_of(other) {
                Some(named) if named.is_private() => path.then(Seg::Unique),
                _ if separator.is_empty() => path.then(Seg::Key(Key::Value(self.id, Box::new(other.clone())))),
                _ => path
                    .then(Seg::Part(Name::new(separator)))
                    .then(Seg::Key(Key::Value(self.id, Box::new(other.clone())))),
            },
        }
    }

    /// What rests on a name that nobody else has is such a name.
    fn unique_of(&self, on: Option<Reg>, parts: &[Value]) -> Option<Loc> {
        let is_unique = |value: &Value| match value {
            Value::Reg(reg) | Value::Sum(reg, _) => {
                let info = self.info(*reg);
                info.ty.is_lib(&["Date"]) || info.path.is_some_and(|path| path.is_private())
            }
            Value::Template(parts) | Value::Term(parts) => self.unique_of(None, parts).is_some(),
            _ => false,
        };
        let receiver = on.map(Value::Reg);
        parts.iter().chain(&receiver).any(is_unique).then(unique)
    }
}

impl Binder<'_> {
    /// The path that a value names.
    pub(super) fn path_of(&self, value: &Value) -> Option<Loc> {
        self.names().path_of(value)
    }

    fn names(&self) -> Names<'_> {
        Names { id: self.id, registers: &self.body.registers }
    }

    /// What rests on a name that nobody else has is such a name.
    pub(super) fn unique_of(&self, on: Option<Reg>, parts: &[Value]) -> Option<Loc> {
        self.names().unique_of(on, parts)
    }

    /// Something of the host by name: `process.pid`, `process.env.HOME`, `constants.O_EXCL`.
    pub(super) fn named_path(&self, name: &str) -> Loc {
        match self.program.models.call(name) {
            Some(Effect::Path(PathEffect::Fresh)) => unique(),
            _ => Loc::new(Base::External(Name::new(name))),
        }
    }

    /// The path of a register that is bound in several arms: one of its own where they differ.
    pub(super) fn either_path(&self, into: Reg, value: &Value) -> Option<Loc> {
        let new = self.path_of(value);
        match self.info(into).path {
            Some(known) if Some(&known) != new.as_ref() => Some(Loc::new(Base::Value(self.id, into))),
            _ => new,
        }
    }

    /// What a function of the program answers, as a path.
    pub(super) fn answered_path(
        &self,
        target: FunctionId,
        returned: &Returned,
        this: Option<&Loc>,
        site: &Site<'_>,
    ) -> Loc {
        let outer = returned.path.as_ref().and_then(|path| match path.base {
            Base::Param(function, index) if function == target => {
                let arg = site.args.get(usize::from(index))?;
                self.path_of(&arg.value).map(|outer| path.rebased(&outer))
            }
            Base::Answer(_) | Base::Value(..) | Base::Local(..) => Some(path.clone()),
            _ => self.outward(path, target, this, site),
        });
        outer.unwrap_or_else(|| {
            let args = site.args.iter().take(2);
            args.fold(Loc::new(Base::Answer(target)), |path, arg| path.then(self.key(&arg.value)))
        })
    }

    pub(super) fn path(&mut self, effect: PathEffect, receiver: &At, place: Option<&Place>, site: &Site<'_>) {
        let values: Vec<Value> = site.args.iter().map(|arg| arg.value.clone()).collect();
        let on = receiver.info.path.clone().or_else(|| receiver.info.loc.clone());
        let at = |index: u8| values.get(usize::from(index)).cloned().unwrap_or_default();
        let rust = self.program.is_rust(self.id.file);
        let path = match effect {
            PathEffect::Join => values.split_first().and_then(|(first, rest)| {
                let first = self.path_of(first)?;
                Some(rest.iter().fold(first, |path, piece| self.names().longer(&path, piece, "/")))
            }),
            PathEffect::Child(arg) => on.map(|path| self.names().longer(&path, &at(arg), "/")),
            PathEffect::Push(arg) => {
                let longer = on.map(|path| self.names().longer(&path, &at(arg), "/"));
                if let Some(reg) = place.and_then(receiver_register) {
                    self.know(reg, Info { path: longer, ..receiver.info.clone() });
                }
                None
            }
            PathEffect::Renamed(arg) => on.map(|path| self.names().longer(&path, &at(arg), "~")),
            PathEffect::Parent => {
                let path = on.or_else(|| self.path_of(&at(0)));
                path.map(|path| path.then(Seg::Part(Name::new("/.."))))
            }
            PathEffect::Same(Some(arg)) => self.path_of(&at(arg)),
            PathEffect::Same(None) => on,
            PathEffect::Root => {
                let root = Loc::new(Base::External(Name::new(&format!("{}()", site.name))));
                Some(values.iter().fold(root, |path, piece| self.names().longer(&path, piece, ":")))
            }
            PathEffect::Fresh => Some(Loc::new(Base::External(site.name)).then(Seg::Unique)),
            PathEffect::Options => return self.opening(receiver, place, site),
        };
        self.computed(receiver, place, site);
        let ty = if rust && effect != PathEffect::Fresh { Ty::lib("PathBuf", Vec::new()) } else { Ty::Unknown };
        self.know(site.into, Info { path, ty, ..Info::default() });
    }

    /// One more word on how a file is to be opened.
    fn opening(&mut self, receiver: &At, place: Option<&Place>, site: &Site<'_>) {
        let on = place.and_then(receiver_register);
        let mut words: Vec<Name> = on.and_then(|on| self.options.get(&on).cloned()).unwrap_or_default();
        if site.args.first().is_none_or(|arg| arg.value != Value::Bool(false)) {
            words.push(site.name);
        }
        if let Some(on) = on {
            self.options.insert(on, words.clone());
        }
        self.options.insert(site.into, words);
        self.computed(receiver, place, site);
        self.know(site.into, Info { ty: Ty::lib("OpenOptions", Vec::new()), ..Info::default() });
    }

    /// A step on a file.
    pub(super) fn file(&mut self, effect: &FileEffect, receiver: &At, site: &Site<'_>) {
        let named = match effect.at {
            Some(arg) => self.path_of(&self.arg(site, arg)),
            None if receiver.info.ty.is_lib(&["File", "BufWriter", "NamedTempFile"]) => {
                receiver.info.path.clone().filter(Loc::is_file)
            }
            None => receiver.info.path.clone().or_else(|| receiver.info.loc.clone()),
        };
        let (what, value) = self.what(effect, site);
        let to = matches!(what, FileWhat::Rename | FileWhat::Copy)
            .then(|| effect.with.and_then(|arg| self.path_of(&self.arg(site, arg))))
            .flatten();
        let content = |path: Loc| if path.is_file() { path } else { path.then(Seg::Content) };
        let at = named.map(content);
        // Where only the target is known the source is a file of one's own.
        let at = at.or_else(|| to.as_ref().map(|_| unique().then(Seg::Content)));
        let rust = self.program.is_rust(self.id.file);
        let into = site.into;
        let opened = matches!(effect.what, FileWhat::Open | FileWhat::Handle)
            || site.name == "open"
            || rust && is_made(site.name);
        let plain = if opened { Ty::lib("File", Vec::new()) } else { Ty::Unknown };
        let ty = if rust { Ty::lib("Result", vec![plain]) } else { plain };
        let ty = if rust && matches!(effect.what, FileWhat::Test) { Ty::Unknown } else { ty };
        let loc = Loc::new(Base::Value(self.id, into));
        let path = if opened { at.clone() } else { None };
        self.know(into, Info { ty, loc: Some(loc), path, promise: !rust, ..Info::default() });
        let class = match what {
            FileWhat::Test | FileWhat::Look | FileWhat::Read | FileWhat::Handle => Outside::Repeatable,
            _ => Outside::Unknown,
        };
        let args = self.arg_values(site);
        let file = at.map(|at| Box::new(FileStep { what, at, to: to.map(content), value }));
        self.push(site.span, OpKind::Act { class, name: site.name, on: site.on, args, into, file });
        self.give_up(site);
    }

    /// What the step is once its flags are read, and what it writes (or fills).
    fn what(&self, effect: &FileEffect, site: &Site<'_>) -> (FileWhat, Value) {
        let value = match effect.what {
            FileWhat::Write | FileWhat::Create | FileWhat::Append => {
                effect.with.map_or(Value::Text(Name::new("(empty)")), |arg| self.arg(site, arg))
            }
            FileWhat::Read => {
                let filled = site.args.iter().find(|arg| arg.passing == Passing::RefMut);
                filled.map_or(Value::Unknown, |arg| arg.value.clone())
            }
            _ => Value::Unknown,
        };
        let words = match (effect.flags, site.on.and_then(|on| self.options.get(&on))) {
            (Some(arg), _) => self.flags(&self.arg(site, arg)),
            (None, Some(words)) if effect.what == FileWhat::Open => words.iter().map(|word| word.to_string()).collect(),
            _ => return (effect.what, value),
        };
        let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        let what = match effect.what {
            FileWhat::Create if has(&["recursive"]) => FileWhat::Ensure,
            FileWhat::Create => FileWhat::Create,
            _ if has(&["wx", "wx+", "ax", "xw", "xw+", "O_EXCL", "COPYFILE_EXCL", "createNew", "create_new"]) => {
                FileWhat::Create
            }
            FileWhat::Copy => FileWhat::Copy,
            _ if has(&["a", "a+", "O_APPEND", "append"]) => FileWhat::Append,
            FileWhat::Write => FileWhat::Write,
            _ if has(&["w", "w+", "O_TRUNC", "truncate"]) => FileWhat::Write,
            _ if has(&["create", "O_CREAT"]) => FileWhat::Ensure,
            _ if has(&["write", "r+", "O_RDWR", "O_WRONLY"]) => FileWhat::Ensure,
            _ => FileWhat::Read,
        };
        let value = if effect.what == FileWhat::Open { Value::Text(Name::new("(empty)")) } else { value };
        (what, value)
    }

    /// The words of a flag argument: `"wx"`, `{ flag: "wx" }`, `O_CREAT | O_EXCL`, `{ recursive: true }`.
    fn flags(&self, value: &Value) -> Vec<String> {
        let last = |text: &str| vec![text.rsplit(['.', ':']).next().unwrap_or(text).to_owned()];
        match value {
            Value::Text(text) => last(text),
            Value::Reg(reg) => match self.info(*reg).path.map(|path| path.base) {
                Some(Base::External(name)) => last(&name),
                _ => Vec::new(),
            },
            Value::Record(fields) => fields
                .iter()
                .flat_map(|(name, value)| match value {
                    Value::Bool(true) => vec![name.to_string()],
                    other if *name == "flag" || *name == "flags" => self.flags(other),
                    _ => Vec::new(),
                })
                .collect(),
            Value::Term(parts) | Value::List(parts) => parts.iter().flat_map(|part| self.flags(part)).collect(),
            _ => Vec::new(),
        }
    }

    /// A method of an open file or of a path whose type nobody declares. Says whether it was one.
    pub(super) fn untyped_file(&mut self, receiver: &At, place: &Place, name: Name, site: &Site<'_>) -> bool {
        let Some(path) = &receiver.info.path else { return false };
        let none = Name::new("");
        let rust = self.program.is_rust(self.id.file);
        let of = |ty: &str| self.program.models.method(none, Name::new(ty), name);
        let effect = if path.is_file() { of("File") } else { None };
        let same = || of("Result").filter(|effect| rust && matches!(effect, Effect::Same | Effect::Expect));
        let named = || of("Path").filter(|effect| rust && matches!(effect, Effect::Path(_)));
        match effect.or_else(same).or_else(named) {
            Some(effect) => {
                self.apply(effect, receiver, Some(place), site);
                true
            }
            None => false,
        }
    }
}

/// Constructors that give an open file.
fn is_made(name: Name) -> bool {
    matches!(name.as_str(), "create" | "create_new" | "open")
}
