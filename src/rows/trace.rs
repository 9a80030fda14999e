//! Traces: what one function does to rows and keys, through the helpers that it calls, in the order of the text.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::access::{Reader, Reading};
use super::chain::Chain;
use super::deps::Dep;
use super::flow::{self, Found};
use super::frame::Frame;
use super::record::{Access, Handle, Pos, Trace, Transaction};
use super::value::{Origin, Sym, Values};
use super::{Active, INLINE};
use crate::facts::{Arg, Callee, Elem, FunctionKind, Reg, Root, Step, StepKind, Value};
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::models::Running;
use crate::models::query::Does;
use crate::names::Name;

/// How a transaction begins.
struct Begun<'a> {
    id: u64,
    library: usize,
    on: &'a Sym,
    /// What the handle that it is begun on is made from.
    deps: Option<&'a FxHashSet<Dep>>,
    serializable: bool,
}

/// The most accesses of one trace.
const MOST: usize = 120;

pub(super) struct Tracer<'a, 'p> {
    pub(super) values: &'a Values<'p>,
    pub(super) active: &'a Active<'p>,
    pub(super) trace: Trace,
    way: Vec<Pos>,
    pub(super) inside: Vec<u64>,
    wrapped: usize,
    pub(super) root: FunctionId,
}

impl<'a, 'p> Tracer<'a, 'p> {
    pub(super) fn run(values: &'a Values<'p>, active: &'a Active<'p>, root: FunctionId) -> Trace {
        let mut tracer =
            Tracer { values, active, trace: Trace::default(), way: Vec::new(), inside: Vec::new(), wrapped: 0, root };
        tracer.function(&Frame::root(root));
        tracer.trace
    }

    fn function(&mut self, frame: &Rc<Frame<'p>>) {
        let function = self.values.program.function(frame.function);
        let decorated = self.decorated(frame.function);
        if let Some(library) = decorated {
            let at = Pos { function: frame.function, block: 0, step: 0, span: function.name_span };
            let begun = Begun { id: frame.id ^ 1, library, on: &Sym::Unknown, deps: None, serializable: false };
            self.open(begun, Sym::Unknown, true, at);
        }
        for (block, facts) in function.blocks.iter().enumerate() {
            let for_others = self.is_for_others(frame, block as u32);
            for (at, step) in facts.steps.iter().enumerate() {
                if self.trace.accesses.len() >= MOST {
                    return;
                }
                if matches!(step.kind, StepKind::Call { .. }) && !for_others {
                    let pos = Pos { function: frame.function, block: block as u32, step: at as u32, span: step.span };
                    self.way.push(pos);
                    self.call(frame, step);
                    self.way.pop();
                }
            }
        }
        if decorated.is_some() {
            self.inside.pop();
        }
    }

    /// Is the block for those who come without a transaction, and was one handed in here?
    fn is_for_others(&self, frame: &Rc<Frame<'p>>, block: u32) -> bool {
        let open: Vec<&Transaction> = self.trace.transactions.iter().filter(|tx| tx.open).collect();
        if open.is_empty() || frame.caller.is_none() {
            return false;
        }
        let function = self.values.program.function(frame.function);
        flow::controls(function, block).iter().any(|control| {
            let mut said = Vec::new();
            flow::says(control.test, control.holds, &mut said);
            said.iter().any(|(value, found)| {
                let what = self.values.sym(frame, value);
                *found == Found::Nothing && matches!(what, Sym::At(..)) && open.iter().any(|tx| tx.handle == what)
            })
        })
    }

    fn decorated(&self, id: FunctionId) -> Option<usize> {
        let function = self.values.program.function(id);
        let named = |library: usize| {
            let known = &self.values.program.models.libraries[library].decorators;
            function.decorators.iter().any(|decorator| known.contains(&decorator.name))
        };
        self.active.libraries.iter().copied().find(|library| named(*library))
    }

    fn open(&mut self, begun: Begun<'_>, handle: Sym, ambient: bool, at: Pos) {
        let Begun { id, library, on, deps, serializable } = begun;
        let outer = self.inside.iter().rev().find_map(|id| self.trace.transactions.iter().find(|tx| tx.id == *id));
        let past = outer.filter(|tx| tx.library == library && !tx.ambient && !belongs(on, &tx.handle));
        let made_of = |tx: &Transaction| match tx.handle {
            Sym::At(origin, _) => deps.is_some_and(|deps| deps.iter().any(|dep| dep.origin == origin)),
            _ => false,
        };
        let past = past.filter(|tx| matches!(on, Sym::At(..)) && !made_of(tx)).map(|tx| tx.id);
        let transaction = Transaction { id, library, handle, ambient, serializable, at, open: true, past };
        self.trace.transactions.push(transaction);
        self.inside.push(id);
    }

    fn call(&mut self, frame: &Rc<Frame<'p>>, step: &'p Step) {
        let StepKind::Call { callee, args, into } = &step.kind else { return };
        let defs = self.values.defs(frame.function);
        let target = defs.targets.get(into).copied();
        if target.is_some()
            && !defs.chained.contains(into)
            && self.may_be_known(frame, callee)
            && let Some(chain) = Chain::of(self.values, frame, step)
            && self.chain(frame, &chain, args, true)
        {
            return;
        }
        if let Some(target) = target
            && !self.is_library(frame, target)
        {
            self.follow(frame, target, callee, args, *into);
            return self.closures(frame, args, *into, None);
        }
        let opens = matches!(callee, Callee::New(_));
        if (opens || !defs.chained.contains(into))
            && let Some(chain) = Chain::of(self.values, frame, step)
            && self.chain(frame, &chain, args, false)
        {
            return;
        }
        self.receiver(frame, callee, *into);
        self.closures(frame, args, *into, None);
    }

    /// Does some library have a line about a call of this name?
    fn may_be_known(&self, frame: &Rc<Frame<'p>>, callee: &'p Callee) -> bool {
        let Callee::Place(place) = callee else { return false };
        let Some(Elem::Field(name)) = self.values.place(frame.function, *place).path.last() else { return false };
        let name = Name::new(super::value::last_part(*name));
        self.active.libraries.iter().any(|library| {
            let models = &self.values.program.models.libraries[*library];
            !models.heads(name).is_empty() || models.more(name).is_some()
        })
    }

    /// A block that a method is called on: `async move { … }.boxed()`.
    fn receiver(&mut self, frame: &Rc<Frame<'p>>, callee: &'p Callee, into: Reg) {
        let Callee::Place(place) = callee else { return };
        let Root::Value(reg) = self.values.place(frame.function, *place).root else { return };
        let Some(StepKind::Let { value: Value::Function(ix), .. }) =
            self.values.step(frame.function, reg).map(|step| &step.kind)
        else {
            return;
        };
        let target = FunctionId { file: frame.function.file, ix: *ix };
        if self.active.touches(target) && !frame.is_in(target) && !self.trace.entered.contains(&target) {
            self.trace.entered.push(target);
            self.function(&frame.closure(target, into));
        }
    }

    /// A declaration without a body stands for what the library does.
    fn is_library(&self, _frame: &Rc<Frame<'p>>, target: FunctionId) -> bool {
        let function = self.values.program.function(target);
        function.blocks.iter().all(|block| block.steps.is_empty()) && function.blocks.len() <= 1
    }

    fn follow(&mut self, frame: &Rc<Frame<'p>>, target: FunctionId, callee: &'p Callee, args: &'p [Arg], into: Reg) {
        if frame.depth >= INLINE || frame.is_in(target) || !self.active.touches(target) {
            return;
        }
        let place = match callee {
            Callee::Place(place) | Callee::Optional(place) => Some(self.values.place(frame.function, *place)),
            _ => None,
        };
        let inner = frame.call(target, args, place, into);
        self.function(&inner);
    }

    /// Functions that were handed in and run before the call is through.
    fn closures(&mut self, frame: &Rc<Frame<'p>>, args: &'p [Arg], into: Reg, skip: Option<&Value>) {
        if !args.iter().any(|arg| matches!(arg.value, Value::Function(_))) {
            return;
        }
        let Some(known) = self.runs_now(frame, into) else { return };
        self.wrapped += usize::from(!known);
        for arg in args {
            if let Value::Function(ix) = &arg.value
                && skip != Some(&arg.value)
            {
                let target = FunctionId { file: frame.function.file, ix: *ix };
                let done = self.trace.entered.contains(&target);
                if self.active.touches(target) && !frame.is_in(target) && !done {
                    self.trace.entered.push(target);
                    self.function(&frame.closure(target, into));
                }
            }
        }
        self.wrapped -= usize::from(!known);
    }

    /// Does the call run what it was given before it is through? What is awaited most likely does, by whatever rules:
    /// whether it is known to do nothing else.
    fn runs_now(&self, frame: &Rc<Frame<'p>>, into: Reg) -> Option<bool> {
        let mut ops = self.values.program.body(frame.function).blocks.iter().flatten();
        let how = ops.find_map(|op| match &op.kind {
            OpKind::Run { how, into: own, .. } if *own == into => Some(*how),
            _ => None,
        });
        match how {
            Some(Running::Later | Running::Shown | Running::Often | Running::Timed | Running::Spawned) => None,
            Some(Running::Locked | Running::Queued) => Some(false),
            Some(_) => Some(true),
            None => {
                let root = self.values.program.function(frame.function).kind == FunctionKind::Module;
                (!root && self.values.defs(frame.function).used.contains(&into)).then_some(false)
            }
        }
    }

    /// Reads a chain by the models. Says whether some library knew it.
    fn chain(&mut self, frame: &Rc<Frame<'p>>, chain: &Chain<'p>, args: &'p [Arg], seen: bool) -> bool {
        let rust = self.values.program.is_rust(frame.function.file);
        for library in self.active.as_seen_from(frame.function.file) {
            let models = &self.values.program.models.libraries[library];
            if models.rust != rust {
                continue;
            }
            let reader = Reader { values: self.values, library: models, seen, row: self.row(chain, library) };
            if let Some(reading) = reader.read(chain) {
                self.reading(frame, chain, library, reading, args);
                return true;
            }
        }
        false
    }

    /// The row that the chain begins with, if it is one that this library has read.
    fn row(&self, chain: &Chain<'p>, library: usize) -> Option<Origin> {
        let Sym::At(origin @ Origin::Made(..), path) = &chain.base else { return None };
        let read = |access: &Access| access.library == library && access.result == *origin && access.does == Does::Read;
        (path.is_empty() && self.trace.accesses.iter().any(read)).then_some(*origin)
    }

    fn reading(
        &mut self,
        frame: &Rc<Frame<'p>>,
        chain: &Chain<'p>,
        library: usize,
        mut reading: Reading<'p>,
        args: &'p [Arg],
    ) {
        let Some(at) = self.way.last().copied() else { return };
        if let Some((origin, root)) = chain.origin.as_ref().filter(|_| !self.trace.transactions.is_empty()) {
            reading.on_deps.extend(self.values.root_deps(origin, *root));
        }
        let id = frame.id ^ (u64::from(chain.reg.0) << 8) ^ 2;
        let register = Sym::At(Origin::Made(frame.id, chain.reg), Vec::new());
        let begun =
            Begun { id, library, on: &reading.on, deps: Some(&reading.on_deps), serializable: reading.serializable };
        match reading.does {
            Does::Transaction => self.transaction(frame, chain, begun, &reading, args),
            Does::Begin => self.open(begun, register, false, at),
            // Of a pool, every statement may get another connection: what begins on one holds nothing together.
            Does::BeginSelf if self.is_of_a_pool(library, &reading) => {}
            Does::BeginSelf => self.open(begun, reading.on.clone(), false, at),
            Does::End => {
                let made = reading.on_made.iter().rev().map(|origin| Sym::At(*origin, Vec::new()));
                std::iter::once(reading.on.clone()).chain(made).for_each(|handle| self.end(&handle));
            }
            Does::Nothing | Does::More | Does::Sql | Does::Mark(_) => {}
            _ => {
                let access = self.access(frame, chain, library, reading);
                self.trace.accesses.push(access);
            }
        }
    }

    /// The transaction that this handle is, or is a part of, is over.
    fn end(&mut self, handle: &Sym) {
        let found = self.trace.transactions.iter_mut().rev().find(|tx| tx.open && belongs(handle, &tx.handle));
        if let Some(tx) = found {
            tx.open = false;
            let id = tx.id;
            self.inside.retain(|own| *own != id);
        }
    }

    fn transaction(
        &mut self,
        frame: &Rc<Frame<'p>>,
        chain: &Chain<'p>,
        begun: Begun<'_>,
        reading: &Reading<'p>,
        args: &'p [Arg],
    ) {
        let (id, library) = (begun.id, begun.library);
        let Some(at) = self.way.last().copied() else { return };
        let given = || args.iter().map(|arg| &arg.value).find(|value| self.values.function(frame, value).is_some());
        let run = reading.run.or_else(given);
        if let Some(value) = reading.batch.filter(|value| self.values.function(frame, value).is_none()) {
            return self.batch(frame, begun, value, at);
        }
        let Some((closure, outer)) = run.and_then(|value| self.values.function(frame, value)) else {
            // `await sequelize.transaction()`: the result is the transaction.
            let register = Sym::At(Origin::Made(frame.id, chain.reg), Vec::new());
            return self.open(begun, register, false, at);
        };
        let models = &self.values.program.models.libraries[library];
        let ambient = self.active.is_ambient(library);
        let params = &self.values.program.function(closure).params;
        let handle = if params.is_empty() && !ambient && models.ambient.is_empty() {
            // The session that the function runs in is the receiver itself.
            reading.on.clone()
        } else {
            Sym::At(Origin::Param(closure, 0), Vec::new())
        };
        self.open(begun, handle, ambient, at);
        if !frame.is_in(closure) {
            self.trace.entered.push(closure);
            self.function(&outer.closure(closure, chain.reg));
        }
        if let Some(tx) = self.trace.transactions.iter_mut().find(|tx| tx.id == id) {
            tx.open = false;
        }
        self.inside.retain(|own| *own != id);
    }

    /// What the list names was written down before: it runs here, as one.
    fn batch(&mut self, frame: &Rc<Frame<'p>>, begun: Begun<'_>, value: &'p Value, at: Pos) {
        let id = begun.id;
        let mut members = FxHashSet::default();
        match super::words::spelt(self.values, frame, value) {
            Value::List(parts) => parts.iter().for_each(|part| members.extend(self.values.deps(frame, part))),
            value => members = self.values.deps(frame, value),
        }
        let named = |origin: Origin| members.iter().any(|dep| dep.origin == origin);
        // `rows.map((row) => db.rows.update(…))`: what a call collects that the list is made of.
        let blocks = &self.values.program.function(frame.function).blocks;
        let collected = |pos: &Pos| {
            let step = blocks.get(pos.block as usize).and_then(|block| block.steps.get(pos.step as usize));
            let made = step.filter(|_| pos.function == frame.function).map(|step| &step.kind);
            matches!(made, Some(StepKind::Call { into, .. }) if named(Origin::Made(frame.id, *into)))
        };
        self.open(begun, Sym::Unknown, false, at);
        for access in &mut self.trace.accesses {
            if named(access.result) || !access.awaited && access.way.iter().any(collected) {
                access.handle = Handle::In(id);
                access.inside.push(id);
            }
        }
        self.inside.pop();
    }

    fn access(&self, frame: &Rc<Frame<'p>>, chain: &Chain<'p>, library: usize, reading: Reading<'p>) -> Access {
        let handle = self.handle(library, &reading);
        let result = Origin::Made(frame.id, chain.reg);
        let row = reading.row;
        let mut access = Access {
            library,
            does: reading.does,
            table: reading.table,
            shown: reading.shown,
            keys: reading.keys,
            key_deps: reading.key_deps,
            data: reading.data,
            selects: reading.selects,
            guard: reading.guard,
            on: reading.on,
            handle,
            locks: reading.locks,
            ignores: reading.ignores,
            guarded: reading.guarded,
            returning: reading.returning,
            wrapped: self.wrapped,
            expires: reading.expires,
            result,
            awaited: self.values.defs(frame.function).used.contains(&chain.reg),
            way: self.way.clone(),
            inside: self.inside.clone(),
        };
        self.own_object(row, &mut access);
        access
    }

    /// `row.save()`: what a row that was read is, its table tells.
    fn own_object(&self, row: Option<Origin>, access: &mut Access) {
        let on = match &access.on {
            Sym::At(origin, _) => Some(*origin),
            _ => None,
        };
        let Some(origin) = row.or(on) else { return };
        if let Some(read) = self.trace.accesses.iter().find(|read| read.result == origin && !read.does.writes()) {
            access.table = read.table;
            access.shown = read.shown.clone();
        }
    }
}

/// Is `what` this handle, or something reached through it?
pub(super) fn belongs(what: &Sym, handle: &Sym) -> bool {
    match (what, handle) {
        (Sym::At(a, path), Sym::At(b, of)) => a == b && path.starts_with(of),
        _ => false,
    }
}
