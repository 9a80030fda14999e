//! One function that is being written: its body, its variables, its scopes, and what is alive.

use rustc_hash::FxHashMap;

use super::scopes::{Label, Owner, OwnerIx, Scope};
use crate::facts::{BlockIx, FunctionIx, Local, LocalIx, Place, Span, UnitIx, Value};
use crate::lower::builder::Body;
use crate::names::Name;

/// A function that is being written.
pub(super) struct Frame {
    pub(super) function: FunctionIx,
    /// The unit that it stands in; the facts have it only when the function is done.
    pub(super) unit: UnitIx,
    /// Where it begins in the text.
    pub(super) start: u32,
    pub(super) body: Body,
    pub(super) locals: Vec<Local>,
    pub(super) variables: Vec<Variable>,
    /// The names in scope, the innermost last.
    pub(super) names: Vec<(Name, Named)>,
    pub(super) scopes: Vec<Scope>,
    pub(super) owners: Vec<Owner>,
    /// What may still be alive here: certain moves take their value out. Empty where nothing can be reached.
    pub(super) live: Vec<OwnerIx>,
    /// The scope in which temporaries end.
    pub(super) temporaries: usize,
    pub(super) labels: Vec<Label>,
    pub(super) loops: Vec<Loop>,
    /// Names that some assignment in this function changes.
    pub(super) assigned: std::rc::Rc<super::assigned::Assigned>,
    /// Can names of the function around it be used? Not by an inner `fn`.
    pub(super) sees_outer: bool,
    /// An `async move` block: what it captures ends with it.
    pub(super) ends_captures: bool,
    /// Variables of outer functions that this one names, and whether it consumes them.
    pub(super) captures: Vec<Capture>,
    /// A closure that names `self`.
    pub(super) uses_self: bool,
    /// Blocks of drops that an error runs through, by the block behind and the value.
    pub(super) cleanups: FxHashMap<(Option<BlockIx>, OwnerIx), BlockIx>,
    /// The last way out that was asked for, from the outside in: the next one mostly begins the same.
    pub(super) last_way: Vec<(OwnerIx, BlockIx)>,
    /// Those blocks in the order of their making; they are written when the body is done.
    pub(super) pending: Vec<(BlockIx, Cleanup, Span)>,
    pub(super) thrown: Option<BlockIx>,
}

pub(super) enum Cleanup {
    Drop(OwnerIx, BlockIx),
    Throw,
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Named {
    Variable(usize),
    /// A `static` or `const` inside a function, by its name in the module unit.
    Static(Name),
    /// A `fn` inside a function.
    Function(FunctionIx),
}

pub(super) struct Variable {
    pub(super) name: Name,
    pub(super) held: Held,
    pub(super) owner: Option<OwnerIx>,
    pub(super) span: Span,
    pub(super) ty: crate::facts::Type,
    /// The local through which inner functions read it.
    pub(super) shared: Option<LocalIx>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Held {
    /// Bound once: uses are replaced by the value.
    Value(Value),
    /// Assigned more than once.
    Local(LocalIx),
}

pub(super) struct Capture {
    pub(super) frame: usize,
    pub(super) variable: usize,
    /// Its place as inner functions name it.
    pub(super) place: Place,
    /// Named by itself, not only through one of its fields.
    pub(super) whole: bool,
    pub(super) consumed: bool,
    /// Its end inside an `async move` block.
    pub(super) owner: Option<OwnerIx>,
}

/// What `break` and `continue` leave.
pub(super) struct Loop {
    pub(super) name: Option<String>,
    pub(super) on_break: usize,
    pub(super) on_continue: Option<usize>,
    /// Where the value of `break value` goes.
    pub(super) result: Option<crate::facts::Reg>,
    pub(super) owned: bool,
}

impl Frame {
    pub(super) fn new(
        function: FunctionIx,
        unit: UnitIx,
        sees_outer: bool,
        assigned: std::rc::Rc<super::assigned::Assigned>,
    ) -> Frame {
        Frame {
            function,
            unit,
            start: u32::MAX,
            body: Body::new(),
            locals: Vec::new(),
            variables: Vec::new(),
            names: Vec::new(),
            scopes: vec![Scope::new(Span::default())],
            owners: Vec::new(),
            live: Vec::new(),
            temporaries: 0,
            labels: Vec::new(),
            loops: Vec::new(),
            assigned,
            sees_outer,
            ends_captures: false,
            captures: Vec::new(),
            uses_self: false,
            cleanups: FxHashMap::default(),
            last_way: Vec::new(),
            pending: Vec::new(),
            thrown: None,
        }
    }

    /// The owner has nothing any more; says whether it had. Mostly it is one of the last.
    pub(super) fn end(&mut self, owner: OwnerIx) -> bool {
        let at = self.live.iter().rposition(|live| *live == owner);
        at.map(|at| self.live.remove(at)).is_some()
    }
}
