//! Words: how the values of a query are read: tables, conditions, columns, bound parameters, SQL text.

use std::rc::Rc;

use super::access::{Bound, Column};
use super::chain::{Chain, Link};
use super::frame::Frame;
use super::value::{Origin, Sym, Values, last_part};

use crate::facts::{Arg, Bind, Callee, Elem, Place, Reg, Root, StepKind, Value};
use crate::link::ids::FunctionId;
use crate::names::Name;

/// How deep objects and lists nest.
const DEPTH: usize = 8;

/// The field of an object that is spelt out.
pub(super) fn field<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, value: &'p Value, name: Name) -> Option<&'p Value> {
    match spelt(values, frame, value) {
        Value::Record(fields) => fields.iter().find(|(own, _)| *own == name).map(|(_, value)| value),
        _ => None,
    }
}

/// A value as it was written down, and the activation it was written in: bindings and what callers hand in followed.
pub(super) fn resolved<'f, 'p>(
    values: &Values<'p>,
    frame: &'f Rc<Frame<'p>>,
    value: &'p Value,
) -> (&'f Rc<Frame<'p>>, &'p Value) {
    let mut at = (frame, spelt(values, frame, value));
    while let (inner, Value::Param(index)) = at {
        let Some(caller) = inner.caller.as_ref().filter(|caller| !caller.closure) else { break };
        let Some(arg) = caller.args.get(usize::from(*index)) else { break };
        at = (&caller.frame, spelt(values, &caller.frame, &arg.value));
    }
    at
}

/// A value as it was written down: bindings followed.
pub(super) fn spelt<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, value: &'p Value) -> &'p Value {
    let mut at = value;
    for _ in 0..DEPTH {
        let Value::Reg(reg) = at else { break };
        match values.step(frame.function, *reg).map(|step| &step.kind) {
            Some(StepKind::Let { value, .. }) => at = value,
            _ => break,
        }
    }
    at
}

/// Does the call mention this word: as a text, a name, an enum's member?
pub(super) fn says(values: &Values<'_>, link: &Link<'_>, word: &str) -> bool {
    let mut found = false;
    for arg in link.args.unwrap_or_default() {
        mentions(values, link.frame.function, &arg.value, word, DEPTH, &mut found);
    }
    found
}

/// Does this argument mention the word?
pub(super) fn speaks(values: &Values<'_>, link: &Link<'_>, value: &Value, word: &str) -> bool {
    let mut found = false;
    mentions(values, link.frame.function, value, word, DEPTH, &mut found);
    found
}

/// Is this option set: as a word of its own, or as a field?
pub(super) fn option<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, args: &'p [Arg], word: &str) -> bool {
    args.iter().any(|arg| match spelt(values, frame, &arg.value) {
        Value::Text(text) => text.eq_ignore_ascii_case(word),
        Value::Record(fields) => fields.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case(word) && !matches!(value, Value::Bool(false) | Value::Absent)
        }),
        _ => false,
    })
}

fn mentions(values: &Values<'_>, function: FunctionId, value: &Value, word: &str, depth: usize, found: &mut bool) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let has = |text: &str| text.to_ascii_lowercase().replace(['_', ' '], "").contains(word);
    match value {
        Value::Text(text) | Value::Number(text) => *found |= has(text),
        Value::Case(name, parts) => {
            *found |= has(name);
            parts.iter().for_each(|part| mentions(values, function, part, word, depth, found));
        }
        Value::Record(fields) => {
            for (name, value) in fields {
                *found |= has(name) && !matches!(value, Value::Bool(false));
                mentions(values, function, value, word, depth, found);
            }
        }
        Value::List(parts) | Value::Term(parts) => {
            parts.iter().for_each(|part| mentions(values, function, part, word, depth, found));
        }
        Value::Reg(reg) => {
            if let Some(StepKind::Read { place, .. }) = values.step(function, *reg).map(|step| &step.kind) {
                let place = values.place(function, *place);
                *found |= place.path.iter().any(|elem| matches!(elem, Elem::Field(name) if has(name)));
            }
        }
        _ => {}
    }
}

/// The name of the table that a value stands for.
pub(super) fn table<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, value: &'p Value) -> Option<String> {
    match spelt(values, frame, value) {
        Value::Text(text) => Some(text.split_whitespace().next().unwrap_or_default().to_owned()),
        Value::Class(unit) => {
            let unit = crate::link::ids::UnitId { file: frame.function.file, ix: *unit };
            Some(values.program.unit(unit).name.to_string())
        }
        // `users.filter(id.eq(x))`: the table is what the chain begins with.
        Value::Reg(reg) => match values.step(frame.function, *reg).map(|step| &step.kind) {
            Some(StepKind::Call { callee: Callee::Place(place), .. }) => {
                let place = values.place(frame.function, *place);
                match (place.root, place.path.first()) {
                    (Root::Module | Root::Global, Some(Elem::Field(name))) => {
                        Some(of_path(name).to_owned()).filter(|name| !name.is_empty())
                    }
                    (Root::Value(inner), _) => inner_table(values, frame, inner),
                    _ => None,
                }
            }
            _ => by_sym(values, frame, value),
        },
        _ => by_sym(values, frame, value),
    }
}

fn inner_table<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, reg: Reg) -> Option<String> {
    let mut at = reg;
    for _ in 0..DEPTH {
        let StepKind::Call { callee: Callee::Place(place), .. } = &values.step(frame.function, at)?.kind else {
            return None;
        };
        let place = values.place(frame.function, *place);
        match (place.root, place.path.first()) {
            (Root::Value(inner), _) => at = inner,
            (Root::Module | Root::Global, Some(Elem::Field(name))) => return Some(of_path(name).to_owned()),
            _ => return None,
        }
    }
    None
}

/// `users` of `schema::users::table`, `users::table` and `users`.
fn of_path(name: &str) -> &str {
    let parts: Vec<&str> = name.split("::").collect();
    match parts.as_slice() {
        [.., table, "table" | "dsl" | "Entity"] => table,
        [.., "dsl", table] => table,
        [.., table, _] if parts.len() > 1 && table.starts_with(|c: char| c.is_ascii_lowercase()) => table,
        [.., last] => last,
        [] => "",
    }
}

fn by_sym<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, value: &'p Value) -> Option<String> {
    match values.sym(frame, value) {
        Sym::Const(name) => Some(name.to_string()),
        Sym::At(Origin::Name(name), path) => Some(match path.last() {
            Some(last) => last.to_string(),
            None => of_path(&name).to_owned(),
        }),
        Sym::At(Origin::This, path) if !path.is_empty() => {
            let unit = values.program.function(frame.function).unit;
            let owner = crate::link::ids::UnitId { file: frame.function.file, ix: unit };
            let path: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
            Some(format!("{}.{}", values.program.unit(owner).name, path.join(".")))
        }
        Sym::At(_, path) => path.last().map(|last| last.to_string()),
        _ => None,
    }
}

/// One spelling for `users`, `User`, `userRepository`.
pub(super) fn normal(name: &str) -> Name {
    let mut text: String = name.chars().filter(|c| !matches!(c, '_' | '"' | '`' | '#')).collect();
    text.make_ascii_lowercase();
    for end in ["repository", "repo", "model", "entity", "collection", "table", "schema", "dao", "activemodel"] {
        if let Some(rest) = text.strip_suffix(end)
            && rest.len() > 2
        {
            text.truncate(rest.len());
        }
    }
    if let Some(rest) = text.strip_suffix("ies") {
        text = format!("{rest}y");
    } else if let Some(rest) = text.strip_suffix('s')
        && !rest.ends_with('s')
    {
        text.truncate(rest.len());
    }
    Name::new(&text)
}

/// The name before the method's.
pub(super) fn before_last(place: &Place) -> Option<Name> {
    match place.path.as_slice() {
        [.., Elem::Field(column), Elem::Field(_)] => Some(Name::new(last_part(*column))),
        [Elem::Field(path)] => path.as_str().rsplit("::").nth(1).map(Name::new),
        _ => None,
    }
}

/// `("n", value)`, `(column, value)`, or an object.
pub(super) fn pairs<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, args: &'p [Arg], out: &mut Vec<Column>) {
    match args {
        [first, second] if matches!(first.value, Value::Text(_)) => {
            if let Value::Text(name) = &first.value {
                out.push(column(values, frame, *name, &second.value));
            }
        }
        _ => args.iter().for_each(|arg| columns(values, frame, &arg.value, out)),
    }
}

fn column<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, name: Name, value: &'p Value) -> Column {
    Column { name, sym: values.sym(frame, value), deps: values.deps(frame, value), relative: false }
}

/// What was put into the fields of a row before it is written back.
pub(super) fn put<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, row: Origin, out: &mut Vec<Column>) {
    let function = values.program.function(frame.function);
    for step in function.blocks.iter().flat_map(|block| &block.steps) {
        let StepKind::Write { place, value, .. } = &step.kind else { continue };
        let place = &function.places[place.index()];
        let [Elem::Field(name)] = place.path.as_slice() else { continue };
        if values.root(frame, place.root) == Sym::At(row, Vec::new()) {
            out.push(column(values, frame, *name, value));
        }
    }
}

/// A row that is written back or handed in whole: the fields that were put into it, if there are any.
fn whole<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, value: &'p Value, out: &mut Vec<Column>) {
    let before = out.len();
    if let Sym::At(row @ Origin::Made(..), path) = values.sym(frame, value)
        && path.is_empty()
    {
        put(values, frame, row, out);
    }
    if out.len() == before {
        out.push(column(values, frame, Name::new(""), value));
    }
}

/// Operators by which the server computes the new value from the old one.
const RELATIVE: &[&str] = &["increment", "decrement", "multiply", "divide", "push"];

/// The columns of a row.
pub(super) fn columns<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, value: &'p Value, out: &mut Vec<Column>) {
    let (frame, value) = resolved(values, frame, value);
    match value {
        Value::Record(fields) => {
            for (name, value) in fields {
                match spelt(values, frame, value) {
                    // `{ user: { connect: { id } } }`
                    Value::Record(inner)
                        if inner.iter().any(|(name, _)| matches!(name.as_str(), "connect" | "create" | "set")) =>
                    {
                        columns(values, frame, value, out);
                    }
                    Value::Record(_) if matches!(name.as_str(), "connect" | "create" | "$set" | "set") => {
                        columns(values, frame, value, out);
                    }
                    Value::Record(inner) if name.starts_with('$') => {
                        let own = inner.iter().map(|(name, value)| column(values, frame, *name, value));
                        out.extend(own.map(|column| Column { relative: true, ..column }));
                    }
                    _ if name.starts_with('$') => {}
                    Value::Record(inner) if matches!(inner.as_slice(), [(by, _)] if RELATIVE.contains(&by.as_str())) => {
                        out.push(Column { relative: true, ..column(values, frame, *name, value) });
                    }
                    value => out.push(column(values, frame, *name, value)),
                }
            }
        }
        Value::List(parts) => parts.iter().for_each(|part| columns(values, frame, part, out)),
        Value::Reg(reg) => match values.step(frame.function, *reg).map(|step| &step.kind) {
            // `name.eq(value)`
            Some(StepKind::Call { callee: Callee::Place(place), args, .. })
                if before_last(values.place(frame.function, *place)).is_some()
                    && matches!(values.place(frame.function, *place).path.last(), Some(Elem::Field(name)) if last_part(*name) == "eq") =>
            {
                let name = before_last(values.place(frame.function, *place)).unwrap_or(Name::new(""));
                if let [value] = args.as_slice() {
                    out.push(column(values, frame, name, &value.value));
                }
            }
            _ => whole(values, frame, value, out),
        },
        value => whole(values, frame, value, out),
    }
}

/// The text that a value is, as far as it is written down; holes are `${}`.
pub(super) fn text<'p>(values: &Values<'p>, frame: &Rc<Frame<'p>>, value: &'p Value) -> Option<String> {
    let (frame, value) = resolved(values, frame, value);
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Template(parts) => Some(
            parts
                .iter()
                .map(|part| match part {
                    Value::Reg(_) => text(values, frame, part).unwrap_or_else(|| "${}".to_owned()),
                    Value::Text(text) => text.to_string(),
                    _ => "${}".to_owned(),
                })
                .collect(),
        ),
        Value::Reg(reg) => match values.step(frame.function, *reg).map(|step| &step.kind) {
            Some(StepKind::Read { place, .. }) => constant(values, frame, values.place(frame.function, *place)),
            // `sql.raw("…")`, `text("…")`, a tagged template as an argument.
            Some(StepKind::Call { args, callee: Callee::Place(_) | Callee::Tag(_) | Callee::Macro(_), .. }) => {
                args.first().and_then(|arg| match &arg.value {
                    Value::Text(text) => Some(text.to_string()),
                    _ => None,
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// A constant of this file or function.
fn constant(values: &Values<'_>, frame: &Rc<Frame<'_>>, place: &Place) -> Option<String> {
    let program = values.program;
    match (place.root, place.path.as_slice()) {
        (Root::Module, [Elem::Field(name)]) => {
            let facts = program.facts(frame.function.file);
            let field = facts.units.iter().flat_map(|unit| &unit.fields).find(|field| field.name == *name)?;
            match &field.init {
                Value::Text(text) => Some(text.to_string()),
                _ => None,
            }
        }
        (Root::Local(function, local), []) => {
            let owner = FunctionId { file: frame.function.file, ix: function };
            match &program.function(owner).locals.get(local.index())?.bind {
                Bind::Once(Value::Text(text)) => Some(text.to_string()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The values that are bound to the placeholders of a query, in order.
pub(super) fn bound<'f, 'p>(
    values: &Values<'p>,
    chain: &'f Chain<'p>,
    call: &'f Link<'p>,
    text: usize,
) -> Vec<Bound<'f, 'p>> {
    let mut out: Vec<Bound<'f, 'p>> = Vec::new();
    let args = call.args.unwrap_or_default();
    for arg in args.iter().skip(text + 1) {
        spread(values, &call.frame, &arg.value, &mut out);
    }
    for link in &chain.links {
        let binds = matches!(
            link.name.as_str(),
            "bind" | "run" | "get" | "all" | "execute" | "query_row" | "query_map" | "query"
        );
        if binds && !std::ptr::eq(link, call) && !chain.tagged {
            for arg in link.args.unwrap_or_default() {
                if !matches!(arg.value, Value::Function(_)) {
                    spread(values, &link.frame, &arg.value, &mut out);
                }
            }
        }
    }
    out
}

/// Lists and `params![…]` are what is in them.
fn spread<'f, 'p>(values: &Values<'p>, frame: &'f Rc<Frame<'p>>, value: &'p Value, out: &mut Vec<Bound<'f, 'p>>) {
    let (frame, value) = resolved(values, frame, value);
    match value {
        Value::List(parts) => out.extend(parts.iter().map(|part| (frame, part))),
        Value::Record(fields) => out.extend(fields.iter().map(|(_, value)| (frame, value))),
        Value::Reg(reg) => match values.step(frame.function, *reg).map(|step| &step.kind) {
            Some(StepKind::Call { callee: Callee::Macro(_), args, .. }) => {
                out.extend(args.iter().map(|arg| (frame, &arg.value)));
            }
            _ => out.push((frame, value)),
        },
        _ => out.push((frame, value)),
    }
}
