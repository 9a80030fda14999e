//! State: what a framework keeps for a component from one run of it to the next, and the function that sets it.
//!
//! A closure of the component sees what was kept when the component ran, whatever has been set since. This room must never
//! know which framework it is: the models say which calls make a state.

use super::Binder;
use super::body::{Callable, Info, Op, OpKind, Put, registers};
use super::calls::Site;
use super::walk::At;
use crate::facts::{Bind, Exit, FunctionIx, Root, Value};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::link::types::Ty;
use crate::models::Running;
use crate::names::Name;

/// The type of the pair that stands for a state.
const STATE: &str = "State";

impl Binder<'_> {
    /// `const [value, setValue] = useState(initial)`
    pub(super) fn state(&mut self, initial: u8, site: &Site<'_>) {
        let initial = self.arg(site, initial);
        // What a function makes is not seen.
        let initial = if matches!(initial, Value::Function(_)) { Value::Unknown } else { initial };
        let ty = Ty::lib(STATE, vec![self.value_info(&initial).ty]);
        let loc = Some(Loc::new(Base::Value(self.id, site.into)));
        self.know(site.into, Info { ty, loc, ..Info::default() });
        self.body.states.push((site.into, initial));
    }

    /// One of the two: what is kept, or the function that sets it.
    pub(super) fn part_of_state(&self, pair: &At, seg: &Seg) -> Option<At> {
        let kept = pair.info.loc.as_ref().filter(|_| pair.info.ty.is_lib(&[STATE]))?;
        let kept = kept.then(Seg::Field(Name::new("value")));
        let Seg::Key(Key::Const(index)) = seg else { return None };
        let info = match index.as_str() {
            "0" => Info { ty: pair.info.ty.first_arg(), loc: Some(kept), ..Info::default() },
            "1" => Info { callable: Callable::Setter(Box::new(kept)), ty: Ty::Function(None), ..Info::default() },
            _ => return None,
        };
        Some(At::value(info))
    }

    /// The next value, or a function that makes it of the last one in one step.
    pub(super) fn set_state(&mut self, state: Loc, site: &Site<'_>) {
        let value = self.arg(site, 0);
        if matches!(self.value_info(&value).callable, Callable::Function(_) | Callable::Method(..)) {
            self.push(site.span, OpKind::Update { at: state, value: Value::Unknown, into: site.into });
        } else {
            self.write(state, Put::Set, value, site.span);
        }
    }

    /// Is it a look at a state from within a closure of its component?
    pub(super) fn is_seen_as_it_was(&self, kind: &OpKind) -> bool {
        let OpKind::Read { at, .. } = kind else { return false };
        let keyed = || at.path.iter().any(|seg| matches!(seg, Seg::Key(Key::Value(..))));
        matches!(at.base, Base::Value(function, _) if function != self.id) && self.is_state(at) && !keyed()
    }

    /// Such looks come before everything else that the closure does.
    pub(super) fn see_first(&mut self) {
        let seen: Vec<Op> = std::mem::take(&mut self.seen);
        if let Some(first) = self.body.blocks.first_mut() {
            first.splice(..0, seen);
        }
    }

    fn is_state(&self, at: &Loc) -> bool {
        let Base::Value(function, reg) = at.base else { return false };
        let body = if function == self.id { &self.body } else { &self.outer[function.ix.index()] };
        function.file == self.id.file && body.states.iter().any(|(state, _)| *state == reg)
    }

    /// Runs a function later, again whenever what it rests on differs, and each time what undoes it.
    pub(super) fn renew(&mut self, function: u8, site: &Site<'_>) {
        let how = if self.is_renewed(function, site) { Running::Often } else { Running::Shown };
        self.run(function, how, None, &At::default(), None, site);
        self.clean_up(function, site);
    }

    /// Does something in the list behind a function differ from one run of the component to the next? What it is given,
    /// what is kept for it, and its own functions that rest on either. Without a list everything counts.
    fn is_renewed(&self, function: u8, site: &Site<'_>) -> bool {
        match self.arg(site, function + 1) {
            Value::List(on) => on.iter().any(|value| self.differs(value)),
            _ => site.args.len() <= usize::from(function) + 1,
        }
    }

    /// What such a function returns is called before it runs again, and when the component goes: whatever it has begun may
    /// still be under way.
    fn clean_up(&mut self, function: u8, site: &Site<'_>) {
        let Callable::Function(function) = self.value_info(&self.arg(site, function)).callable else { return };
        for block in &self.program.function(function).blocks {
            let Exit::Return { value: Value::Function(ix), .. } = &block.exit else { continue };
            let callee = Callable::Function(FunctionId { file: function.file, ix: *ix });
            let (on, at, args) = (Value::Function(function.ix), None, Vec::new());
            self.push(site.span, OpKind::Run { callee, how: Running::Undoing, on, at, args, into: site.into });
        }
    }

    /// Is this what undoes what the function around it has begun? What it calls there ends it.
    pub(super) fn is_undoing(&self) -> bool {
        let facts = self.program.facts(self.id.file);
        let around = |ix: FunctionIx| facts.functions[ix.index()].outer;
        let component = around(self.id.ix).and_then(around);
        let ops = component.iter().flat_map(|ix| self.outer[ix.index()].blocks.iter().flatten());
        let this = |callee: &Callable| callee.target() == Some(self.id);
        ops.into_iter().any(|op| matches!(&op.kind, OpKind::Run { callee, how: Running::Undoing, .. } if this(callee)))
    }

    fn differs(&self, value: &Value) -> bool {
        let info = self.value_info(value);
        if let Callable::Function(inner) = info.callable {
            return self.rests_on_what_differs(inner);
        }
        let stands = |loc: &Loc| match loc.base {
            Base::Param(function, _) => function == self.id && !self.is_handler(loc),
            _ => self.is_state(loc),
        };
        let computed = || match self.body_so_far(value) {
            Some(OpKind::Let { value: of, .. }) => {
                let mut differs = false;
                registers(of, &mut |reg| differs |= *value != Value::Reg(reg) && self.differs(&Value::Reg(reg)));
                differs
            }
            _ => false,
        };
        info.callable == Callable::No && info.loc.as_ref().map_or_else(computed, stands)
    }

    /// What made this value, in the block at hand.
    fn body_so_far(&self, value: &Value) -> Option<&OpKind> {
        let Value::Reg(reg) = value else { return None };
        self.ops.iter().map(|op| &op.kind).find(|kind| kind.makes() == Some(*reg))
    }

    /// A function that was given for what is done by the user or at the end is the same to whoever gives it.
    fn is_handler(&self, loc: &Loc) -> bool {
        matches!(loc.path.last(), Some(Seg::Field(name)) if self.program.models.is_handler_prop(*name))
    }

    fn rests_on_what_differs(&self, inner: FunctionId) -> bool {
        if inner.file != self.id.file || self.program.function(inner).outer != Some(self.id.ix) {
            return false;
        }
        let locals = &self.program.function(self.id).locals;
        self.program.function(inner).places.iter().any(|place| match place.root {
            Root::Param(function, _) => function == self.id.ix,
            Root::Local(function, local) if function == self.id.ix => {
                match locals.get(local.index()).map(|l| &l.bind) {
                    Some(Bind::Once(value @ Value::Reg(_))) => {
                        self.value_info(value).callable == Callable::No && self.differs(value)
                    }
                    _ => false,
                }
            }
            _ => false,
        })
    }
}
