//! Builds one function's body: blocks, steps, places and registers, in evaluation order. Knows no language.

use crate::facts::{
    Arg, Block, BlockIx, Callee, Exit, FunctionIx, Place, PlaceIx, ReadWhat, Reg, Root, Span, Step, StepKind,
    Suspension, Test, Value, WriteHow,
};
use crate::names::Name;

/// A body being written. Steps go into the *current* block; after an exit nothing is current, and the next step opens
/// a block that nobody reaches (dead code is kept, it is only never run).
pub(super) struct Body {
    blocks: Vec<Draft>,
    places: Vec<Place>,
    registers: u32,
    current: Option<BlockIx>,
    handler: Option<BlockIx>,
    started: u32,
}

/// What a body becomes.
pub(super) struct Built {
    pub(super) blocks: Vec<Block>,
    pub(super) places: Vec<Place>,
    pub(super) registers: u32,
}

struct Draft {
    block: Block,
    /// Some exit or handler leads here.
    entered: bool,
    /// When it became current: blocks keep that order.
    started: u32,
}

impl Body {
    pub(super) fn new() -> Body {
        let mut body =
            Body { blocks: Vec::new(), places: Vec::new(), registers: 0, current: None, handler: None, started: 0 };
        let entry = body.block();
        body.blocks[entry.index()].entered = true;
        body.start(entry);
        body
    }

    /// A new block, empty and not current.
    pub(super) fn block(&mut self) -> BlockIx {
        let at = BlockIx(self.blocks.len() as u32);
        self.blocks.push(Draft { block: Block::default(), entered: false, started: u32::MAX });
        at
    }

    /// From here on steps go into `block`. If the current one has no exit yet, it goes on into `block`. A block that
    /// nothing leads to (every way ended before it) does not become current: what follows is dead.
    pub(super) fn start(&mut self, block: BlockIx) {
        self.goto(block);
        let draft = &mut self.blocks[block.index()];
        draft.block.on_error = self.handler;
        draft.started = self.started;
        self.started += 1;
        self.current = draft.entered.then_some(block);
    }

    /// Where errors of the steps to come go. Gives back what was there; a block ends where this changes.
    pub(super) fn set_handler(&mut self, handler: Option<BlockIx>) -> Option<BlockIx> {
        let before = std::mem::replace(&mut self.handler, handler);
        if let Some(handler) = handler {
            self.blocks[handler.index()].entered = true;
        }
        if before != handler
            && let Some(current) = self.current
        {
            if self.blocks[current.index()].block.steps.is_empty() {
                self.blocks[current.index()].block.on_error = handler;
            } else {
                let next = self.block();
                self.start(next);
            }
        }
        before
    }

    /// After a way out was written: what follows is elsewhere, so the current block stays as it is.
    pub(super) fn restore_handler(&mut self, handler: Option<BlockIx>) {
        self.handler = handler;
    }

    pub(super) fn handler(&self) -> Option<BlockIx> {
        self.handler
    }

    /// Can the next step be reached from the one before it?
    pub(super) fn is_open(&self) -> bool {
        self.current.is_some()
    }

    pub(super) fn reg(&mut self) -> Reg {
        self.registers += 1;
        Reg(self.registers - 1)
    }

    pub(super) fn place(&mut self, place: Place) -> PlaceIx {
        self.places.push(place);
        PlaceIx(self.places.len() as u32 - 1)
    }

    pub(super) fn step(&mut self, span: Span, kind: StepKind) {
        let current = match self.current {
            Some(current) => current,
            None => {
                let dead = self.block();
                self.blocks[dead.index()].entered = true;
                self.start(dead);
                dead
            }
        };
        self.blocks[current.index()].block.steps.push(Step { span, kind });
    }

    pub(super) fn read(&mut self, span: Span, place: Place) -> Reg {
        self.read_as(span, place, ReadWhat::Value)
    }

    pub(super) fn read_as(&mut self, span: Span, place: Place, what: ReadWhat) -> Reg {
        let place = self.place(place);
        let into = self.reg();
        self.step(span, StepKind::Read { place, into, what });
        into
    }

    pub(super) fn write(&mut self, span: Span, place: Place, how: WriteHow, value: Value) {
        let place = self.place(place);
        self.step(span, StepKind::Write { place, how, value });
    }

    pub(super) fn call(&mut self, span: Span, callee: Callee, args: Vec<Arg>) -> Reg {
        let into = self.reg();
        self.step(span, StepKind::Call { callee, args, into });
        into
    }

    pub(super) fn suspend(&mut self, span: Span, on: Value, how: Suspension) -> Reg {
        let into = self.reg();
        self.step(span, StepKind::Suspend { on, into, how });
        into
    }

    /// One arm of an expression with several: all arms name the same register.
    pub(super) fn bind(&mut self, span: Span, into: Reg, value: Value) {
        self.step(span, StepKind::Let { into, value });
    }

    pub(super) fn ignore(&mut self, span: Span, place: Place) {
        let place = self.place(place);
        self.step(span, StepKind::Ignore { place });
    }

    /// The value in a register of its own; a value that is one already stays.
    pub(super) fn pin(&mut self, span: Span, value: Value) -> Reg {
        if let Value::Reg(reg) = value {
            return reg;
        }
        let into = self.reg();
        self.bind(span, into, value);
        into
    }

    pub(super) fn unknown(&mut self, span: Span, what: &str) {
        self.step(span, StepKind::Unknown { what: Name::new(what) });
    }

    pub(super) fn goto(&mut self, to: BlockIx) {
        self.exit(Exit::Goto(to));
    }

    pub(super) fn branch(&mut self, span: Span, test: Test, then: BlockIx, otherwise: BlockIx) {
        self.exit(Exit::Branch { test, then, otherwise, span });
    }

    /// Ends the current block, if there is one; else the exit is dead code and is dropped.
    pub(super) fn exit(&mut self, exit: Exit) {
        let Some(current) = self.current.take() else { return };
        match exit {
            Exit::Goto(to) => self.blocks[to.index()].entered = true,
            Exit::Branch { then, otherwise, .. } => {
                self.blocks[then.index()].entered = true;
                self.blocks[otherwise.index()].entered = true;
            }
            Exit::Return { .. } | Exit::Throw { .. } | Exit::Never => {}
        }
        self.blocks[current.index()].block.exit = exit;
    }

    /// The finished body: empty blocks that only lead on are passed over, a block with one way in joins the one before.
    pub(super) fn finish(mut self, fallthrough: Exit) -> Built {
        self.exit(fallthrough);
        if self.blocks.len() == 1 {
            let blocks = self.blocks.pop().map(|draft| draft.block).into_iter().collect();
            return Built { blocks, places: self.places, registers: self.registers };
        }
        let mut order: Vec<usize> = (0..self.blocks.len()).collect();
        order.sort_by_key(|at| self.blocks[*at].started);
        let blocks = self.blocks.into_iter().map(|draft| draft.block).collect();
        Built { blocks: tidy::tidy(blocks, &order), places: self.places, registers: self.registers }
    }
}

/// The root that a value is when something of it is named; `None` for a value that needs a register first.
pub(super) fn root_of(value: &Value, function: FunctionIx) -> Option<Root> {
    match value {
        Value::Reg(reg) => Some(Root::Value(*reg)),
        Value::Param(index) => Some(Root::Param(function, *index)),
        Value::This => Some(Root::This),
        _ => None,
    }
}

mod tidy {
    //! Fewer, longer blocks with the same meaning.

    use super::{Block, BlockIx, Exit};

    pub(super) fn tidy(mut blocks: Vec<Block>, order: &[usize]) -> Vec<Block> {
        skip_empty(&mut blocks);
        join_chains(&mut blocks);
        drop_unused(blocks, order)
    }

    /// Every way into an empty block that only goes on leads to where it goes.
    fn skip_empty(blocks: &mut [Block]) {
        let mut leads: Vec<BlockIx> = (0..blocks.len() as u32).map(BlockIx).collect();
        for lead in &mut leads {
            let mut at = *lead;
            // At most as many hops as blocks: a ring of empty blocks (`for (;;);`) ends somewhere in it.
            for _ in 0..32 {
                match &blocks[at.index()] {
                    Block { steps, exit: Exit::Goto(to), .. } if steps.is_empty() && *to != at => at = *to,
                    _ => break,
                }
            }
            *lead = at;
        }
        for block in blocks {
            each_target(block, |to| *to = leads[to.index()]);
            if block.steps.is_empty() && !matches!(block.exit, Exit::Throw { .. }) {
                block.on_error = None;
            }
        }
    }

    fn join_chains(blocks: &mut [Block]) {
        let mut ways_in = vec![0u32; blocks.len()];
        ways_in[0] = 1;
        for block in blocks.iter_mut() {
            each_target(block, |to| ways_in[to.index()] += 1);
        }
        for at in 0..blocks.len() {
            while let Exit::Goto(next) = blocks[at].exit {
                if next.index() == at || ways_in[next.index()] != 1 {
                    break;
                }
                let (first, second) = (&blocks[at], &blocks[next.index()]);
                let free = second.steps.is_empty() && !matches!(second.exit, Exit::Throw { .. });
                let on_error = match (first.on_error == second.on_error, first.steps.is_empty(), free) {
                    (true, ..) | (_, _, true) => first.on_error,
                    (false, true, false) => second.on_error,
                    (false, false, false) => break,
                };
                let second = std::mem::take(&mut blocks[next.index()]);
                ways_in[next.index()] = 0;
                let first = &mut blocks[at];
                first.steps.extend(second.steps);
                first.exit = second.exit;
                first.on_error = on_error;
            }
        }
    }

    /// Blocks without steps that no block leads to go away; the others stand in the given order.
    fn drop_unused(mut blocks: Vec<Block>, order: &[usize]) -> Vec<Block> {
        let mut used = vec![false; blocks.len()];
        let mut open: Vec<usize> = vec![0];
        open.extend((0..blocks.len()).filter(|at| !blocks[*at].steps.is_empty()));
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut used[at], true) {
                each_target(&mut blocks[at], |to| open.push(to.index()));
            }
        }
        let mut moved = vec![BlockIx(0); blocks.len()];
        let mut kept = Vec::with_capacity(blocks.len());
        for at in order.iter().copied().filter(|at| used[*at]) {
            moved[at] = BlockIx(kept.len() as u32);
            kept.push(std::mem::take(&mut blocks[at]));
        }
        for block in &mut kept {
            each_target(block, |to| *to = moved[to.index()]);
        }
        kept
    }

    fn each_target(block: &mut Block, mut each: impl FnMut(&mut BlockIx)) {
        match &mut block.exit {
            Exit::Goto(to) => each(to),
            Exit::Branch { then, otherwise, .. } => {
                each(then);
                each(otherwise);
            }
            Exit::Return { .. } | Exit::Throw { .. } | Exit::Never => {}
        }
        if let Some(to) = &mut block.on_error {
            each(to);
        }
    }
}
