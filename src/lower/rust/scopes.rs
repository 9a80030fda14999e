//! Where values end. Every value that a call made has an *owner* in some scope; leaving the scope writes its `Drop`,
//! in reverse order of declaration, unless it was moved away on every path.
//!
//! A frame's scopes form one stack: blocks, statements, operands, arms. Temporaries go into the scope that the language
//! names as theirs, which need not be the innermost: the temporaries of a tail expression up to edition 2021 belong to
//! the scope around the block, and so end after the block's variables.

use super::file::Lower;
use super::frame::{Cleanup, Named};
use crate::facts::{BlockIx, Exit, Place, Reg, Root, Span, StepKind, Test, Value};
use crate::lower::builder::root_of;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct OwnerIx(pub(super) u32);

/// Something that ends: a register, a parameter, a variable, or a part of one.
pub(super) struct Owner {
    pub(super) place: Place,
}

pub(super) struct Scope {
    pub(super) owners: Vec<OwnerIx>,
    /// Where its values end in the text.
    pub(super) end: Span,
    /// How many names were in scope when it began.
    names: usize,
}

impl Scope {
    pub(super) fn new(end: Span) -> Scope {
        Scope { owners: Vec::new(), end, names: 0 }
    }
}

/// A block that is jumped to: what is alive there is what may be alive on some way in.
pub(super) struct Label {
    block: BlockIx,
    depth: usize,
    live: Vec<OwnerIx>,
    reached: bool,
}

/// A value and who owns it.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) value: Value,
    pub(super) from: From,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum From {
    /// Nothing to end: a constant, a reference, plain data.
    Plain,
    Owner(OwnerIx),
    /// Read out of something: a field, an element. The new owner drops it too; a part that was only copied has no end.
    Part,
    /// A variable of an outer function: the index of the capture.
    Captured(usize),
}

impl Operand {
    pub(super) fn plain(value: Value) -> Operand {
        Operand { value, from: From::Plain }
    }

    pub(super) fn unit() -> Operand {
        Operand::plain(Value::List(Vec::new()))
    }

    pub(super) fn unknown() -> Operand {
        Operand::plain(Value::Unknown)
    }
}

/// A value that was taken from its owner and must be given to a new one.
pub(super) struct Taken {
    pub(super) value: Value,
    pub(super) owned: bool,
}

impl Lower<'_> {
    /// A new innermost scope; gives its index.
    pub(super) fn open(&mut self, end: Span) -> usize {
        let frame = self.frame();
        let names = frame.names.len();
        frame.scopes.push(Scope { owners: Vec::new(), end, names });
        frame.scopes.len() - 1
    }

    /// A new innermost scope that takes the temporaries; gives what took them before.
    pub(super) fn open_temporaries(&mut self, end: Span) -> usize {
        let scope = self.open(end);
        std::mem::replace(&mut self.frame().temporaries, scope)
    }

    pub(super) fn close_temporaries(&mut self, before: usize) {
        self.close();
        self.frame().temporaries = before;
    }

    /// Ends the innermost scope: its names go, its values are dropped.
    pub(super) fn close(&mut self) {
        let Some(scope) = self.frame().scopes.pop() else { return };
        for owner in scope.owners.iter().rev() {
            self.drop_owner(*owner, scope.end);
        }
        self.frame().names.truncate(scope.names);
    }

    /// The end of a statement: its temporaries go, the names that it bound stay.
    pub(super) fn close_statement(&mut self, before: usize) {
        if let Some(scope) = self.frame().scopes.last_mut() {
            scope.names = usize::MAX;
        }
        self.close_temporaries(before);
    }

    fn drop_owner(&mut self, owner: OwnerIx, span: Span) {
        let frame = self.frame();
        if frame.end(owner) {
            self.drop_step(owner, span);
        }
    }

    pub(super) fn drop_step(&mut self, owner: OwnerIx, span: Span) {
        let frame = self.frame();
        let place = frame.owners[owner.0 as usize].place.clone();
        let place = frame.body.place(place);
        frame.body.step(span, StepKind::Drop { place });
    }

    /// Gives `place` to a scope; it is alive from here on.
    pub(super) fn own_place(&mut self, place: Place, scope: usize) -> OwnerIx {
        let frame = self.frame();
        let owner = OwnerIx(frame.owners.len() as u32);
        frame.owners.push(Owner { place });
        frame.scopes[scope].owners.push(owner);
        if frame.body.is_open() {
            frame.live.push(owner);
        }
        owner
    }

    pub(super) fn own_reg(&mut self, reg: Reg, scope: usize) -> OwnerIx {
        self.own_place(Place { root: Root::Value(reg), path: Vec::new() }, scope)
    }

    /// The result of a call: a temporary until somebody takes it.
    pub(super) fn temporary(&mut self, reg: Reg) -> Operand {
        let scope = self.frame().temporaries;
        let owner = self.own_reg(reg, scope);
        Operand { value: Value::Reg(reg), from: From::Owner(owner) }
    }

    /// The value leaves its owner: it is passed on, stored, returned.
    pub(super) fn take(&mut self, operand: Operand) -> Value {
        self.take_owned(operand).value
    }

    pub(super) fn take_owned(&mut self, operand: Operand) -> Taken {
        let owned = match operand.from {
            From::Plain => false,
            From::Owner(owner) => {
                self.frame().end(owner);
                true
            }
            From::Part => true,
            From::Captured(at) => {
                let frame = self.frame();
                let capture = &mut frame.captures[at];
                capture.consumed = true;
                if let Some(owner) = capture.owner {
                    frame.end(owner);
                }
                true
            }
        };
        Taken { value: operand.value, owned }
    }

    /// Gives a taken value to the scope of the temporaries.
    pub(super) fn give(&mut self, taken: Taken, span: Span) -> Operand {
        if !taken.owned {
            return Operand::plain(taken.value);
        }
        let reg = self.frame().body.pin(span, taken.value);
        self.temporary(reg)
    }

    /// The owner moves to another scope: an extended temporary.
    pub(super) fn move_owner(&mut self, owner: OwnerIx, to: usize) {
        let frame = self.frame();
        for scope in &mut frame.scopes {
            scope.owners.retain(|held| *held != owner);
        }
        frame.scopes[to].owners.push(owner);
    }

    /// A value that waits for its neighbours before it is passed on with them: should one of them leave, it ends with
    /// the innermost scope, not with the temporaries around it.
    pub(super) fn pend(&mut self, operand: &Operand) {
        let frame = self.frame();
        let innermost = frame.scopes.len() - 1;
        if let From::Owner(owner) = operand.from
            && frame.temporaries < innermost
            && frame.scopes[frame.temporaries].owners.contains(&owner)
        {
            self.move_owner(owner, innermost);
        }
    }

    /// What a place over this value begins with.
    pub(super) fn root(&mut self, value: Value, span: Span) -> Root {
        let function = self.frame().function;
        match root_of(&value, function) {
            Some(root) => root,
            None => Root::Value(self.frame().body.pin(span, value)),
        }
    }

    /// A place to jump to from scopes inside the innermost one.
    pub(super) fn label(&mut self) -> usize {
        let frame = self.frame();
        let label = Label { block: frame.body.block(), depth: frame.scopes.len(), live: Vec::new(), reached: false };
        frame.labels.push(label);
        frame.labels.len() - 1
    }

    /// The head of a loop as a place to jump to.
    pub(super) fn label_at(&mut self, block: BlockIx) -> usize {
        let frame = self.frame();
        frame.labels.push(Label { block, depth: frame.scopes.len(), live: Vec::new(), reached: false });
        frame.labels.len() - 1
    }

    /// Goes on at the label, which the code before it does not reach.
    pub(super) fn land_only(&mut self, label: usize) {
        let frame = self.frame();
        let label = &mut frame.labels[label];
        frame.live = std::mem::take(&mut label.live);
        if label.reached {
            frame.body.start(label.block);
        }
    }

    /// A value that is given back to whoever evaluates it next: a register has an owner at once.
    pub(super) fn give_back(&mut self, taken: Taken) -> Operand {
        match taken {
            Taken { value, owned: false } => Operand::plain(value),
            Taken { value: Value::Reg(reg), .. } => self.temporary(reg),
            Taken { value, .. } => Operand { value, from: From::Part },
        }
    }

    /// Leaves the scopes inside the label's and goes there.
    pub(super) fn jump(&mut self, label: usize) {
        if !self.frame().body.is_open() {
            return;
        }
        let depth = self.frame().labels[label].depth;
        self.leave(depth);
        let frame = self.frame();
        let live = std::mem::take(&mut frame.live);
        let label = &mut frame.labels[label];
        label.reached = true;
        for owner in live {
            if !label.live.contains(&owner) {
                label.live.push(owner);
            }
        }
        frame.body.goto(label.block);
    }

    /// Goes on at the label, with what may be alive there.
    pub(super) fn land(&mut self, label: usize) {
        self.jump(label);
        let frame = self.frame();
        let label = &mut frame.labels[label];
        frame.live = std::mem::take(&mut label.live);
        if label.reached {
            frame.body.start(label.block);
        }
    }

    /// Writes the drops of all scopes deeper than `depth`, without closing them.
    pub(super) fn leave(&mut self, depth: usize) {
        for at in (depth..self.frame().scopes.len()).rev() {
            let scope = &self.frame().scopes[at];
            let (owners, end) = (scope.owners.clone(), scope.end);
            for owner in owners.iter().rev() {
                self.drop_owner(*owner, end);
            }
        }
    }

    /// Goes on where the test holds; where it does not, leaves for the label.
    pub(super) fn require(&mut self, span: Span, test: Test, otherwise: usize) {
        if !self.frame().body.is_open() {
            return;
        }
        let frame = self.frame();
        let (then, other) = (frame.body.block(), frame.body.block());
        frame.body.branch(span, test, then, other);
        frame.body.start(other);
        let live = frame.live.clone();
        self.jump(otherwise);
        let frame = self.frame();
        frame.live = live;
        frame.body.start(then);
    }

    /// Drops all and leaves the function.
    pub(super) fn leave_function(&mut self, exit: Exit) {
        if !self.frame().body.is_open() {
            return;
        }
        self.leave(0);
        let frame = self.frame();
        frame.live.clear();
        frame.body.exit(exit);
    }

    /// `of?`
    pub(super) fn try_step(&mut self, span: Span, of: Value) -> Reg {
        let handler = self.cleanup(span);
        let frame = self.frame();
        let before = frame.body.set_handler(handler);
        let into = frame.body.reg();
        frame.body.step(span, StepKind::Try { of, into });
        frame.body.set_handler(before);
        into
    }

    /// The block where an error raised here goes: the drops of everything alive, then out. None if nothing is alive.
    fn cleanup(&mut self, span: Span) -> Option<BlockIx> {
        let frame = self.frame();
        let mut is_alive = vec![false; frame.owners.len()];
        for owner in &frame.live {
            is_alive[owner.0 as usize] = true;
        }
        let owners = frame.scopes.iter().flat_map(|scope| scope.owners.iter().copied());
        let alive: Vec<OwnerIx> = owners.filter(|owner| is_alive[owner.0 as usize]).collect();
        if alive.is_empty() || !frame.body.is_open() {
            return None;
        }
        let mut behind = match frame.thrown {
            Some(thrown) => thrown,
            None => {
                let thrown = frame.body.block();
                frame.pending.push((thrown, Cleanup::Throw, span));
                *frame.thrown.insert(thrown)
            }
        };
        let same = frame.last_way.iter().zip(&alive).take_while(|((known, _), owner)| known == *owner).count();
        frame.last_way.truncate(same);
        if let Some((_, block)) = frame.last_way.last() {
            behind = *block;
        }
        for owner in alive.into_iter().skip(same) {
            behind = match frame.cleanups.get(&(Some(behind), owner)) {
                Some(known) => *known,
                None => {
                    let block = frame.body.block();
                    frame.cleanups.insert((Some(behind), owner), block);
                    frame.pending.push((block, Cleanup::Drop(owner, behind), span));
                    block
                }
            };
            frame.last_way.push((owner, behind));
        }
        Some(behind)
    }

    /// Writes the blocks that errors run through. The body is done.
    pub(super) fn write_cleanups(&mut self) {
        // The last one made leads to those before it.
        for (block, cleanup, span) in std::mem::take(&mut self.frame().pending).into_iter().rev() {
            self.frame().body.start(block);
            match cleanup {
                Cleanup::Drop(owner, behind) => {
                    self.drop_step(owner, span);
                    self.frame().body.goto(behind);
                }
                Cleanup::Throw => self.frame().body.exit(Exit::Throw { value: Value::Unknown, span }),
            }
        }
    }

    /// At the head of a loop a variable may hold what an earlier round put there.
    pub(super) fn revive_variables(&mut self) {
        let frame = self.frame();
        if !frame.body.is_open() {
            return;
        }
        for (_, named) in &frame.names {
            let Named::Variable(at) = named else { continue };
            let variable = &frame.variables[*at];
            if let (super::frame::Held::Local(_), Some(owner)) = (&variable.held, variable.owner)
                && !frame.live.contains(&owner)
            {
                frame.live.push(owner);
            }
        }
    }
}
