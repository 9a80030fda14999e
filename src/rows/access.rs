//! Accesses: one chain, read by the lines of its library: what it does to which table, by which keys, on which handle.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::chain::{Chain, Link};
use super::deps::{Dep, Through};
use super::frame::Frame;
use super::sql::{self, Operand, Statement};
use super::value::{Origin, Sym, Values};

use super::words;
use crate::facts::{Arg, Reg, Value};
use crate::link::Program;
use crate::link::types::Ty;
use crate::models::query::{Does, From, Library, Line, Mark, Part, Role};
use crate::names::Name;

/// A column and what is put there.
#[derive(Clone, Debug)]
pub struct Column {
    /// `...` for all columns of something else, empty for a row that is not spelt out.
    pub name: Name,
    pub sym: Sym,
    pub deps: FxHashSet<Dep>,
    /// The server computes it from what stands there: `n = n + 1`, `{ increment: 1 }`, `$push`.
    pub relative: bool,
}

/// What a chain does, before it is known in which transaction it stands.
pub(super) struct Reading<'p> {
    pub(super) does: Does,
    pub(super) table: Name,
    pub(super) shown: String,
    pub(super) keys: Vec<(Name, Sym)>,
    pub(super) key_deps: FxHashSet<Dep>,
    pub(super) data: Vec<Column>,
    /// The columns that are read, where the text names them.
    pub(super) selects: Vec<Name>,
    pub(super) on: Sym,
    /// What the handle is made from.
    pub(super) on_deps: FxHashSet<Dep>,
    pub(super) on_types: Vec<Name>,
    /// What the calls before gave, the handle among them.
    pub(super) on_made: Vec<Origin>,
    pub(super) object: Option<&'p Value>,
    /// The guard of a lock that it runs on what is behind of: activation and register.
    pub(super) guard: Option<(u64, Reg)>,
    /// The handle was given in an option of the call, or left out there.
    pub(super) given: bool,
    pub(super) locks: bool,
    pub(super) ignores: bool,
    pub(super) guarded: bool,
    /// The row is given back.
    pub(super) returning: bool,
    pub(super) serializable: bool,
    pub(super) expires: bool,
    pub(super) run: Option<&'p Value>,
    pub(super) batch: Option<&'p Value>,
    /// The row that it is done to, if it was read before.
    pub(super) row: Option<Origin>,
}

pub(super) struct Reader<'a, 'p> {
    pub(super) values: &'a Values<'p>,
    pub(super) library: &'a Library,
    /// The code that is called can be seen: only the project's own lines count, and shapes of several calls.
    pub(super) seen: bool,
    /// The row that the chain begins with, if it is one that was read.
    pub(super) row: Option<Origin>,
}

impl<'p> Reader<'_, 'p> {
    /// What the chain does, if this library knows it.
    pub(super) fn read(&self, chain: &Chain<'p>) -> Option<Reading<'p>> {
        // The last call that says something: a statement on what an earlier one gave is that statement.
        chain.links.iter().rev().filter(|link| link.args.is_some()).find_map(|link| {
            let lines = self.library.heads(link.name);
            lines
                .iter()
                .filter(|line| !self.seen || line.own || line.is_shape())
                .find_map(|line| self.by_line(chain, line, chain.find(self.library, line, self.row.is_some())?))
        })
    }

    fn by_line(&self, chain: &Chain<'p>, line: &Line, at: usize) -> Option<Reading<'p>> {
        let links = &chain.links[at..at + line.pattern.len()];
        let call = links.iter().find(|link| link.args.is_some())?;
        let mut reading = Reading {
            does: line.does,
            table: Name::new(""),
            shown: String::new(),
            keys: Vec::new(),
            key_deps: FxHashSet::default(),
            data: Vec::new(),
            selects: Vec::new(),
            guard: chain.guard,
            object: chain.object,
            on_made: chain.links[..at].iter().filter_map(|link| link.made).collect(),
            on: self.handle(chain, at, line),
            on_deps: FxHashSet::default(),
            on_types: chain.links[..=at].iter().filter_map(|link| lib_name(&link.ty)).collect(),
            given: false,
            locks: false,
            ignores: false,
            guarded: false,
            returning: false,
            serializable: ["serializable", "immediate", "exclusive"]
                .iter()
                .any(|word| words::says(self.values, call, word)),
            expires: false,
            run: None,
            batch: None,
            row: self.row.filter(|_| line.pattern.first() == Some(&Part::Row)),
        };
        if let Some(row) = reading.row {
            reading.keys.push((Name::new("id"), Sym::At(row, vec![Name::new("id")])));
            reading.key_deps.insert(Dep { origin: row, field: None, through: Through::Nothing });
        }
        self.take(&mut reading, chain, line, call, Some((at, links)))?;
        for link in chain.links.iter().filter(|link| !std::ptr::eq(*link, call)) {
            if let (Some(more), Some(_)) = (self.library.more(link.name), link.args) {
                match more.does {
                    Does::Mark(Mark::Locks) => reading.locks = true,
                    Does::Mark(Mark::Ignores) => reading.ignores = true,
                    Does::Mark(Mark::Replaces) => reading.does = Does::Upsert,
                    Does::More => {}
                    does => reading.does = does,
                }
                self.take(&mut reading, chain, more, link, None)?;
            }
        }
        if self.library.keys && reading.does == Does::Upsert {
            let options = call.args.unwrap_or_default().get(2..).unwrap_or_default();
            let has = |words: &[&str]| words.iter().any(|word| words::option(self.values, &call.frame, options, word));
            reading.expires |= has(&["ex", "px", "exat", "pxat"]);
            if has(&["nx"]) {
                reading.does = Does::Claim;
            }
        }
        let needs_table = line.args.iter().any(|(role, _)| *role == Role::Table);
        (!needs_table || !reading.table.is_empty()).then_some(reading)
    }

    /// What the chain runs on: everything before the piece that the line names.
    fn handle(&self, chain: &Chain<'p>, at: usize, line: &Line) -> Sym {
        let own = matches!(line.pattern.first(), Some(Part::Receiver | Part::Class | Part::Row));
        let before = &chain.links[..at + usize::from(own)];
        let mut names: Vec<Name> = Vec::new();
        for link in before {
            // What a call gave is known by the call's name alone.
            names.push(link.name);
        }
        match &chain.base {
            Sym::At(origin, path) => {
                let mut path = path.clone();
                path.extend(names.into_iter().skip(1));
                Sym::At(*origin, path)
            }
            other => other.clone(),
        }
    }

    /// Takes what the roles of a line say from a call. `None` where the call does not fit the line after all.
    fn take(
        &self,
        reading: &mut Reading<'p>,
        chain: &Chain<'p>,
        line: &Line,
        call: &Link<'p>,
        found: Option<(usize, &[Link<'p>])>,
    ) -> Option<()> {
        let fields: Vec<bool> = line
            .args
            .iter()
            .filter_map(|(_, from)| match from {
                From::Arg(index, Some(field)) => Some(self.arg(call, *index, Some(*field)).is_some()),
                _ => None,
            })
            .collect();
        let fits = |(role, from): &(Role, From)| match (role, from) {
            (Role::Exclusive, From::Arg(index, _)) => {
                let arg = call.args.and_then(|args| args.get(usize::from(*index)));
                arg.is_some_and(|arg| {
                    ["wx", "excl"].iter().any(|word| words::speaks(self.values, call, &arg.value, word))
                })
            }
            _ => true,
        };
        if !line.args.iter().all(fits) {
            return None;
        }
        let optional =
            |role: &Role| matches!(role, Role::On | Role::Locks | Role::Ignores | Role::Expires | Role::Exclusive);
        let asked = line.args.iter().any(|(role, from)| !optional(role) && matches!(from, From::Arg(_, Some(_))));
        if found.is_some() && asked && !fields.contains(&true) && !self.is_opaque(call) {
            return None;
        }
        for (role, from) in &line.args {
            match role {
                Role::Table => self.table(reading, chain, call, *from, found),
                Role::Text => {
                    let (statement, at) = self.sql(call, *from)?;
                    self.by_sql(reading, chain, call, statement, at);
                }
                Role::Values => {}
                _ => self.part(reading, call, *role, *from),
            }
        }
        Some(())
    }

    fn part(&self, reading: &mut Reading<'p>, call: &Link<'p>, role: Role, from: From) {
        let frame = &call.frame;
        let value = match from {
            From::Arg(index, field) => self.arg(call, index, field),
            From::Last => call.args.and_then(|args| args.last()).map(|arg| &arg.value),
            From::All => None,
            _ => None,
        };
        match (role, value) {
            (Role::Where | Role::Key, _) => {
                let args = call.args.unwrap_or_default();
                let mut found = super::conditions::Conditions { values: self.values, out: &mut reading.keys };
                match (from, value) {
                    (From::All, _) => found.call(frame, args),
                    (_, Some(value)) => found.value(frame, value),
                    _ => {}
                }
                let all: Vec<&'p Value> = match value {
                    Some(value) => vec![value],
                    None => args.iter().map(|arg| &arg.value).collect(),
                };
                all.into_iter().for_each(|value| reading.key_deps.extend(self.values.deps(frame, value)));
            }
            (Role::Data | Role::Value, _) => match (from, value) {
                (From::All, _) => {
                    let args = call.args.unwrap_or_default();
                    words::pairs(self.values, frame, args, &mut reading.data);
                }
                (_, Some(value)) => words::columns(self.values, frame, value, &mut reading.data),
                (From::Receiver, _) => match (reading.object, self.row) {
                    (Some(object), _) => words::columns(self.values, frame, object, &mut reading.data),
                    (None, Some(row)) => words::put(self.values, frame, row, &mut reading.data),
                    (None, None) => {}
                },
                _ => {}
            },
            // Options that are not spelt out may bring a transaction.
            (Role::On, None) if self.may_hide(call, from) => {
                reading.given = true;
                reading.on = Sym::Unknown;
            }
            (Role::On, Some(value)) => {
                reading.given |= matches!(from, From::Arg(_, Some(_)));
                reading.on = self.values.sym(frame, value);
                reading.on_deps = self.values.deps(frame, value);
                if let Value::Reg(reg) = value {
                    reading.guard = self.values.guard(frame, *reg).or(reading.guard);
                }
            }
            (Role::Run, Some(value)) => reading.run = Some(value),
            (Role::Batch, Some(value)) => reading.batch = Some(value),
            (Role::Locks, Some(value)) => reading.locks |= !matches!(value, Value::Bool(false)),
            (Role::Ignores, Some(value)) => reading.ignores |= !matches!(value, Value::Bool(false)),
            (Role::Expires, _) => reading.expires |= from == From::All || value.is_some(),
            _ => {}
        }
    }

    /// An argument, or a field of it that is spelt out.
    fn arg(&self, call: &Link<'p>, index: u8, field: Option<Name>) -> Option<&'p Value> {
        let arg: &'p Arg = call.args?.get(usize::from(index))?;
        match field {
            None => Some(&arg.value),
            Some(field) => words::field(self.values, &call.frame, &arg.value, field),
        }
    }

    /// Is the argument there, and are not all of its fields?
    fn may_hide(&self, call: &Link<'p>, from: From) -> bool {
        let From::Arg(index, Some(_)) = from else { return false };
        let arg = call.args.and_then(|args| args.get(usize::from(index)));
        arg.is_some_and(|arg| match words::resolved(self.values, &call.frame, &arg.value).1 {
            Value::Record(fields) => fields.iter().any(|(name, _)| *name == "..."),
            Value::Absent => false,
            _ => true,
        })
    }

    /// Is the first argument something that is not spelt out here?
    fn is_opaque(&self, call: &Link<'p>) -> bool {
        let first = call.args.and_then(|args| args.first());
        first.is_some_and(|arg| matches!(arg.value, Value::Param(_)))
    }

    fn table(
        &self,
        reading: &mut Reading<'p>,
        chain: &Chain<'p>,
        call: &Link<'p>,
        from: From,
        found: Option<(usize, &[Link<'p>])>,
    ) {
        let name = match from {
            From::Arg(index, field) => {
                self.arg(call, index, field).and_then(|value| words::table(self.values, &call.frame, value))
            }
            From::Named => found.and_then(|(at, links)| {
                let calls = links.iter().take_while(|link| link.args.is_none()).count();
                named(self.values.program, chain, at + calls.checked_sub(1)?, self.library.rust)
            }),
            From::Receiver => {
                found.and_then(|(at, _)| named(self.values.program, chain, at.checked_sub(1)?, self.library.rust))
            }
            From::Call => found.and_then(|(at, _)| {
                let first = (0..at).find(|at| chain.links[*at].args.is_some())?;
                let link = chain.is_receiver(self.library, first).then(|| &chain.links[first])?;
                words::table(self.values, &link.frame, &link.args?.first()?.value)
            }),
            From::Root => self.root(chain, call),
            From::Of(name) => chain.call(name).and_then(|link| {
                let first = link.args?.first()?;
                words::table(self.values, &link.frame, &first.value)
            }),
            From::Last | From::All => None,
        };
        if let Some(name) = name {
            reading.table = words::normal(&name);
            reading.shown = name;
        }
    }

    /// What the chain begins with: `posts::table.find(id).first(db)`. Not where it begins with another statement.
    fn root(&self, chain: &Chain<'p>, call: &Link<'p>) -> Option<String> {
        let first = chain.links.iter().position(|link| link.args.is_some())?;
        let other = !std::ptr::eq(&chain.links[first], call) && !self.library.heads(chain.links[first].name).is_empty();
        let named = chain.links[..first].iter().rev().find(|link| !matches!(link.name.as_str(), "table" | "dsl"))?;
        let outer = matches!(chain.base, Sym::At(Origin::Name(_), _));
        (outer && !other).then(|| named.name.to_string())
    }

    /// The first statement of the text, and which argument it is: a type may stand before it.
    fn sql(&self, call: &Link<'p>, from: From) -> Option<(Statement, usize)> {
        let From::Arg(index, field) = from else { return None };
        (index..=index + 1).find_map(|index| {
            let text = words::text(self.values, &call.frame, self.arg(call, index, field)?)?;
            let mut all = sql::read(&text);
            (!all.is_empty()).then(|| (all.remove(0), usize::from(index)))
        })
    }

    fn by_sql(&self, reading: &mut Reading<'p>, chain: &Chain<'p>, call: &Link<'p>, statement: Statement, text: usize) {
        let bound = words::bound(self.values, chain, call, text);
        let operand = |operand: &Operand| match operand {
            Operand::Bound(at) => bound.get(*at).copied(),
            Operand::Const(_) | Operand::Server | Operand::Relative => None,
        };
        for (name, value) in &statement.keys {
            let sym = match value {
                Operand::Bound(_) => operand(value).map_or(Sym::Unknown, |(frame, v)| self.values.sym(frame, v)),
                Operand::Const(text) => Sym::Const(Name::new(text)),
                Operand::Server | Operand::Relative => Sym::Unknown,
            };
            if let Some((frame, value)) = operand(value) {
                reading.key_deps.extend(self.values.deps(frame, value));
            }
            reading.keys.push((Name::new(name), sym));
        }
        for (name, value) in &statement.data {
            let (sym, deps) = match (operand(value), value) {
                (Some((frame, value)), _) => (self.values.sym(frame, value), self.values.deps(frame, value)),
                (None, Operand::Const(text)) => (Sym::Const(Name::new(text)), FxHashSet::default()),
                (None, _) => (Sym::Unknown, FxHashSet::default()),
            };
            let relative = *value == Operand::Relative;
            reading.data.push(Column { name: Name::new(name), sym, deps, relative });
        }
        reading.selects = statement.selects.iter().map(|name| Name::new(name)).collect();
        reading.does = statement.does;
        reading.table = words::normal(&statement.table);
        reading.shown = statement.table;
        reading.locks |= statement.locks;
        reading.ignores |= statement.ignores;
        reading.guarded |= statement.guarded;
        reading.returning |= statement.returning;
        reading.serializable |= statement.serializable;
    }
}

fn lib_name(ty: &Ty) -> Option<Name> {
    match ty {
        Ty::Lib { name, args, .. } => match args.last() {
            Some(Ty::Lib { name: inner, .. }) if matches!(name.as_str(), "Arc" | "Rc" | "Box" | "Option") => {
                Some(*inner)
            }
            _ => Some(*name),
        },
        _ => None,
    }
}

/// A table by the name of what stands for it: a field, a class, a repository and the row type that it is declared with.
fn named(program: &Program, chain: &Chain<'_>, at: usize, rust: bool) -> Option<String> {
    let link = chain.links.get(at)?;
    if let Ty::Lib { from, name, .. } = &link.ty
        && matches!(name.as_str(), "Entity" | "ActiveModel" | "Model")
        && let Some(module) = from.as_str().rsplit("::").next().filter(|module| rust && !module.is_empty())
    {
        return Some(module.to_owned());
    }
    if let Ty::Lib { args, .. } = &link.ty
        && let Some(Ty::Lib { name, .. }) = args.first()
    {
        return Some(name.to_string());
    }
    match link.name.as_str() {
        "" | "this" | "self" => None,
        "Model" | "BaseModel" | "Entity" if !rust => None,
        // The type is called alike in every module: the module tells.
        "Entity" | "ActiveModel" | "Model" => {
            let before = at.checked_sub(1).map(|at| chain.links[at].name.to_string());
            before.or_else(|| Some(super::chain::row_of(program, &link.frame).to_owned()))
        }
        name => Some(name.to_owned()),
    }
}

/// The activations are shared, not copied.
pub(super) type Bound<'f, 'p> = (&'f Rc<Frame<'p>>, &'p Value);
