//! Activations: one function as a trace runs it, and how the trace came to it.

use std::rc::Rc;

use rustc_hash::FxHasher;

use crate::facts::{Arg, FunctionIx, Place, Reg};
use crate::link::ids::FunctionId;

/// One activation: a function, and how the trace came to it.
pub(super) struct Frame<'p> {
    pub(super) id: u64,
    pub(super) function: FunctionId,
    pub(super) caller: Option<Caller<'p>>,
    pub(super) depth: usize,
}

pub(super) struct Caller<'p> {
    pub(super) frame: Rc<Frame<'p>>,
    pub(super) args: &'p [Arg],
    /// What it is called on, with the method's name behind it.
    pub(super) place: Option<&'p Place>,
    /// A closure that runs inside its caller: its parameters come from elsewhere.
    pub(super) closure: bool,
}

impl<'p> Frame<'p> {
    pub(super) fn root(function: FunctionId) -> Rc<Frame<'p>> {
        Rc::new(Frame { id: hash(0, function, Reg(0)), function, caller: None, depth: 0 })
    }

    pub(super) fn call(
        self: &Rc<Self>,
        target: FunctionId,
        args: &'p [Arg],
        place: Option<&'p Place>,
        into: Reg,
    ) -> Rc<Frame<'p>> {
        let caller = Caller { frame: Rc::clone(self), args, place, closure: false };
        Rc::new(Frame {
            id: hash(self.id, target, into),
            function: target,
            caller: Some(caller),
            depth: self.depth + 1,
        })
    }

    pub(super) fn closure(self: &Rc<Self>, target: FunctionId, into: Reg) -> Rc<Frame<'p>> {
        let caller = Caller { frame: Rc::clone(self), args: &[], place: None, closure: true };
        Rc::new(Frame { id: hash(self.id, target, into), function: target, caller: Some(caller), depth: self.depth })
    }

    /// The activation of `function` that this one stands in; one of its own where the trace does not come through it.
    pub(super) fn of(self: &Rc<Self>, function: FunctionIx) -> Rc<Frame<'p>> {
        let wanted = FunctionId { file: self.function.file, ix: function };
        let mut at = self;
        loop {
            if at.function == wanted {
                return Rc::clone(at);
            }
            match &at.caller {
                Some(caller) => at = &caller.frame,
                None => return Frame::root(wanted),
            }
        }
    }

    pub(super) fn is_in(&self, function: FunctionId) -> bool {
        self.function == function || self.caller.as_ref().is_some_and(|caller| caller.frame.is_in(function))
    }
}

fn hash(of: u64, function: FunctionId, reg: Reg) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = FxHasher::default();
    (of, function, reg).hash(&mut hasher);
    hasher.finish()
}
