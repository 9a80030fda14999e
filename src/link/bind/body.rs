//! A bound body: what a function does, with every place and call resolved as far as declarations reach.

use crate::facts::{Reg, Span, Suspension, Value};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::Loc;
use crate::link::types::Ty;
use crate::models::{Attempt, FileWhat, Mode, Outside, Running};
use crate::names::Name;

/// Blocks stand in the order of the function's facts; exits and tests are read there.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub blocks: Vec<Vec<Op>>,
    pub registers: Vec<Info>,
    /// The lock behind every register that begins to hold a guard here.
    pub guards: Vec<Guard>,
    /// Parameters that bring a guard along, and the register that stands for it: who calls knows its lock.
    pub given: Vec<(u16, Reg)>,
    pub returned: Returned,
    /// What a framework keeps for a component from one run of it to the next, by the register that stands for it, and
    /// what it begins as.
    pub states: Vec<(Reg, Value)>,
    /// By register: block and number of the operation that makes it.
    makers: Vec<Option<(u32, u32)>>,
}

impl Body {
    pub(super) fn with(registers: Vec<Info>) -> Body {
        Body { registers, ..Body::default() }
    }

    /// The operation that makes this register; the first one, where several do.
    pub fn maker(&self, reg: Reg) -> Option<&OpKind> {
        let (block, at) = (*self.makers.get(reg.index())?)?;
        Some(&self.blocks[block as usize][at as usize].kind)
    }

    /// The same for a value that is a register.
    pub fn maker_of(&self, value: &Value) -> Option<&OpKind> {
        match value {
            Value::Reg(reg) => self.maker(*reg),
            _ => None,
        }
    }

    /// The acquisition whose guard a value of these parts carries.
    pub fn carried(&self, value: &Value) -> Option<Reg> {
        let mut guard = None;
        registers(value, &mut |reg| {
            guard = guard.or_else(|| self.registers.get(reg.index()).and_then(|info| info.guard));
        });
        guard
    }

    /// The guard of the lock that this step takes, itself or by a function that was given the lock and hands its guard
    /// out: of such a lock only the caller knows the name.
    pub fn taken(&self, kind: &OpKind) -> Option<&Guard> {
        let reg = match kind {
            OpKind::Acquire { guard, .. } => *guard,
            OpKind::Call { this: None, into, .. } => *into,
            _ => return None,
        };
        self.guards.iter().find(|guard| guard.reg == reg)
    }

    /// Called once, when every block is there.
    pub(super) fn index(&mut self) {
        let mut makers = vec![None; self.registers.len()];
        for (block, ops) in self.blocks.iter().enumerate() {
            for (at, op) in ops.iter().enumerate() {
                if let Some(slot) = op.kind.makes().and_then(|reg| makers.get_mut(reg.index())) {
                    slot.get_or_insert((block as u32, at as u32));
                }
            }
        }
        self.makers = makers;
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Guard {
    pub reg: Reg,
    pub lock: Loc,
    pub mode: Mode,
    pub is_async: bool,
    pub kind: LockType,
}

/// The library type of a lock, and the crate or module that it comes from, where that is known.
/// Locks of one kind around the same types of the program.
pub type LockClass = (Name, Vec<UnitId>);

fn units_of(ty: &Ty, out: &mut Vec<UnitId>) {
    match ty {
        Ty::Unit(unit) => out.push(*unit),
        Ty::Lib { args, .. } | Ty::Dyn(args) => args.iter().for_each(|arg| units_of(arg, out)),
        Ty::Unknown | Ty::Static(_) | Ty::Function(_) => {}
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LockType {
    pub from: Name,
    pub name: Name,
    /// What it guards, as declared.
    pub holds: Vec<Ty>,
}

impl LockType {
    /// What tells this lock from others where the places that it stands in do not: the types of the program that it
    /// guards. A counter, a list of strings may stand in many.
    pub fn class(&self) -> Option<LockClass> {
        let mut units = Vec::new();
        self.holds.iter().for_each(|ty| units_of(ty, &mut units));
        (!units.is_empty()).then_some((self.name, units))
    }

    /// A lock of each part of a map, not of the whole.
    pub fn has_shards(&self) -> bool {
        matches!(self.name.as_str(), "DashMap" | "DashSet")
    }
}

/// What callers get to know of a function's result.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Returned {
    /// It is what stands at this location (in terms of the function's receiver and parameters).
    pub loc: Option<Loc>,
    pub ty: Ty,
    /// It carries a guard of this lock, taken here and not given back.
    pub guard: Option<Guard>,
    /// It carries the guard that this parameter brought.
    pub passes: Option<u16>,
    /// It names this file, or is it, open.
    pub path: Option<Loc>,
}

/// What is known of a register's value.
#[derive(Clone, Debug, Default)]
pub struct Info {
    pub ty: Ty,
    /// The location whose content it is: a use of it is a use of that.
    pub loc: Option<Loc>,
    /// The acquisition whose guard it carries.
    pub guard: Option<Reg>,
    pub callable: Callable,
    /// What a call returned that waits to be awaited.
    pub promise: bool,
    /// The file that it names; with `Seg::Content` behind it, the file itself, open.
    pub path: Option<Loc>,
}

/// A step on a file.
#[derive(Clone, PartialEq, Debug)]
pub struct FileStep {
    pub what: FileWhat,
    /// Its content.
    pub at: Loc,
    /// The other file of a rename or a copy.
    pub to: Option<Loc>,
    /// What is written; for a read, the variable that it fills.
    pub value: Value,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub enum Callable {
    #[default]
    No,
    Function(FunctionId),
    /// A method with the instance it is taken from.
    Method(FunctionId, Box<Loc>),
    /// Gives what is kept at this location its next value.
    Setter(Box<Loc>),
    Param(u16),
}

#[derive(Clone, Debug)]
pub struct Op {
    pub span: Span,
    pub kind: OpKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Put {
    /// The first value, before anybody else can see it.
    Init,
    Set,
    Insert,
    Remove,
    Clear,
}

/// What a read asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sense {
    Value,
    /// Whether something is there.
    Present,
    /// Whether nothing is there.
    Empty,
}

#[derive(Clone, Debug)]
pub enum OpKind {
    /// `of` is what it is a part of, where that was taken out of its place before.
    Read {
        at: Loc,
        of: Option<Reg>,
        into: Reg,
        sense: Sense,
    },
    Write {
        at: Loc,
        put: Put,
        value: Value,
    },
    /// Read and write in one step; `into` is the old value.
    Update {
        at: Loc,
        value: Value,
        into: Reg,
    },
    Exchange {
        at: Loc,
        expected: Value,
        value: Value,
        into: Reg,
    },
    SetOnce {
        at: Loc,
        value: Value,
        into: Reg,
    },
    /// Looks up and fills in one step.
    Ensure {
        at: Loc,
        make: Callable,
        into: Reg,
    },
    Acquire {
        lock: Loc,
        mode: Mode,
        is_async: bool,
        attempt: Attempt,
        guard: Reg,
    },
    Release {
        guard: Reg,
    },
    /// Names a guard of an outer function, and leaves it there.
    Ignore {
        of: FunctionId,
        guard: Reg,
    },
    Wait {
        cond: Loc,
        guard: Option<Reg>,
    },
    Notify {
        cond: Loc,
    },
    /// A call whose body is known: `this` is the receiver's instance.
    Call {
        target: FunctionId,
        this: Option<Loc>,
        args: Vec<Value>,
        into: Reg,
    },
    /// A function value is called by what the models say. `on` is the promise that a chained one waits for, `at` the lock
    /// or queue of a locked one, or the registry, event and all, that calls one again and again.
    Run {
        callee: Callable,
        how: Running,
        on: Value,
        at: Option<Loc>,
        args: Vec<Value>,
        into: Reg,
    },
    /// Work on what stands at a location, or, where it was read before, on what was found there then.
    Use {
        at: Loc,
        of: Option<Reg>,
    },
    /// A new object: of a unit of the program, or of a library's type.
    Make {
        unit: Option<UnitId>,
        args: Vec<Value>,
        into: Reg,
    },
    Open {
        into: Reg,
    },
    Close {
        at: Option<Loc>,
        of: Value,
        /// Where nothing is there, nothing is done.
        optional: bool,
    },
    /// A call of which only the class of its effect is known. `takes` are the function values that it was given.
    Act {
        class: Outside,
        name: Name,
        /// What it is called on.
        on: Option<Reg>,
        args: Vec<Value>,
        into: Reg,
        /// The file that it works on, where a model says so.
        file: Option<Box<FileStep>>,
    },
    /// What stands at a location works for this value from now on, and for no other.
    Attach {
        to: Loc,
        value: Value,
        into: Reg,
    },
    /// A future that somebody else settles: a timer, an answer.
    Future {
        args: Vec<Value>,
        into: Reg,
    },
    JoinAll {
        of: Vec<Value>,
        into: Reg,
    },
    Settle {
        of: Value,
    },
    Suspend {
        on: Value,
        into: Reg,
        how: Suspension,
    },
    Try {
        of: Value,
        into: Reg,
    },
    /// As `Let`, and the run fails where `of` is a failure.
    Expect {
        of: Value,
        into: Reg,
    },
    Let {
        into: Reg,
        value: Value,
    },
    /// The run goes no further.
    Ends,
    Unknown {
        what: Name,
    },
}

/// Calls `visit` with every register that a value is computed from.
pub fn registers(value: &Value, visit: &mut dyn FnMut(Reg)) {
    match value {
        Value::Reg(reg) | Value::Sum(reg, _) => visit(*reg),
        Value::Template(parts) | Value::List(parts) | Value::Case(_, parts) | Value::Term(parts) => {
            parts.iter().for_each(|part| registers(part, visit));
        }
        Value::Record(fields) => fields.iter().for_each(|(_, value)| registers(value, visit)),
        Value::Absent
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Param(_)
        | Value::This
        | Value::Function(_)
        | Value::Class(_)
        | Value::Unknown => {}
    }
}

impl OpKind {
    /// The register that this step makes.
    pub fn makes(&self) -> Option<Reg> {
        match self {
            OpKind::Read { into, .. }
            | OpKind::Update { into, .. }
            | OpKind::Exchange { into, .. }
            | OpKind::SetOnce { into, .. }
            | OpKind::Ensure { into, .. }
            | OpKind::Call { into, .. }
            | OpKind::Run { into, .. }
            | OpKind::Make { into, .. }
            | OpKind::Open { into }
            | OpKind::Act { into, .. }
            | OpKind::Attach { into, .. }
            | OpKind::Future { into, .. }
            | OpKind::JoinAll { into, .. }
            | OpKind::Suspend { into, .. }
            | OpKind::Try { into, .. }
            | OpKind::Expect { into, .. }
            | OpKind::Let { into, .. } => Some(*into),
            OpKind::Acquire { guard, .. } => Some(*guard),
            _ => None,
        }
    }
}
