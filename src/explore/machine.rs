//! One step of one task: from one meeting point to the next, on all of its ways.
//!
//! The law of the monitors: every violation is a property of the trace (who read which version, who wrote which), never of
//! the schedule; and what a monitor looks at counts as a read of the step that it judges.

use super::access::Access;
use super::judge::Table;
use super::model::{LockId, Mode, Op};
use super::ops::Go;
use super::program::{CUT, Class, EXIT, Program};
use super::setup::{Errors, Setup};
use super::store::{Hold, Settled, Spare, State, Status};
use super::value::{V, Values};
use super::verdict::{Event, EventKind};

/// How many truths one run may choose before it stops asking.
pub(super) const MAX_UNKNOWNS: u8 = 6;

pub(super) struct Machine<'p, 'm> {
    pub(super) program: &'p Program<'m>,
    pub(super) setup: &'p Setup,
    pub(super) values: &'p mut Values,
    pub(super) table: &'p mut Table,
    pub(super) spare: &'p mut Spare,
}

/// What one way through a step came to.
pub(super) struct Succ {
    pub(super) state: Box<State>,
    pub(super) access: Access,
    /// Findings of this step, by their number in the table.
    pub(super) found: Vec<u32>,
    pub(super) events: Vec<Event>,
    /// Whose step it is.
    pub(super) task: u8,
}

/// A step on its way.
pub(super) struct Path {
    pub(super) s: Box<State>,
    pub(super) access: Access,
    pub(super) found: Vec<u32>,
    pub(super) events: Vec<Event>,
    /// Something that others can see has been done in this step.
    pub(super) done: bool,
    /// The task that runs, and the callers whose stretch it runs in.
    pub(super) stack: Vec<Frame>,
    /// The error at this instruction has been tried.
    pub(super) asked: Option<(u8, u32)>,
}

#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) task: u8,
    /// It has passed a meeting point: the next thing that others can see belongs to the next step.
    pub(super) after: bool,
}

impl Machine<'_, '_> {
    /// All ways of the task's next step.
    pub(super) fn step(&mut self, s: &State, task: usize) -> Vec<Succ> {
        let mut path = Path {
            s: self.spare.copy(s),
            access: Access::default(),
            found: Vec::new(),
            events: Vec::new(),
            done: false,
            stack: vec![Frame { task: task as u8, after: false }],
            asked: None,
        };
        self.wake(&mut path, task);
        self.arrive(&mut path, task);
        let mut ways = vec![path];
        let mut out = Vec::with_capacity(1);
        while let Some(mut path) = ways.pop() {
            while self.advance(&mut path, &mut ways) {}
            let Path { s, access, found, events, .. } = path;
            out.push(Succ { state: s, access, found, events, task: task as u8 });
        }
        out
    }

    /// Another way from the same point.
    pub(super) fn fork(&mut self, path: &Path) -> Path {
        Path {
            s: self.spare.copy(&path.s),
            access: path.access,
            found: path.found.clone(),
            events: path.events.clone(),
            done: path.done,
            stack: path.stack.clone(),
            asked: path.asked,
        }
    }

    /// What happens before the task's first instruction.
    fn wake(&mut self, path: &mut Path, task: usize) {
        let first = path.s.tasks[task].regs as usize;
        let count = self.registers(task, &path.s);
        for reg in &mut path.s.regs[first..first + count] {
            reg.now = false;
        }
        match path.s.tasks[task].status {
            Status::Waiting => self.begin(path, task),
            Status::Woken => {
                path.s.tasks[task].status = Status::Ready;
                let lock = self.waited_lock(&path.s, task);
                path.access.w |= self.program.layout.lock_bit(lock);
                path.s.holds.push(Hold { lock, task: task as u8, mode: Mode::Exclusive, depth: 1 });
                path.s.tasks[task].pc = self.program.node(path.s.tasks[task].pc).next;
                path.done = true;
            }
            _ => {}
        }
        let after = path.s.tasks[task].after;
        if after != V::ABSENT {
            path.s.tasks[task].after = V::ABSENT;
            path.access.r |= self.program.layout.promises();
            if path.s.promised(after).is_some_and(|p| p.settled == Settled::Error) {
                let otherwise = path.s.tasks[task].otherwise;
                if otherwise == super::program::NONE {
                    self.finish(path, task, Status::Failed, V::ABSENT);
                } else {
                    path.s.tasks[task].pc = otherwise;
                }
            }
        }
    }

    /// A writer that has to wait for a read-write lock takes its place in the queue.
    fn arrive(&mut self, path: &mut Path, task: usize) {
        let ready = path.s.tasks[task].status == Status::Ready && path.s.tasks[task].pc < super::program::NONE;
        if !path.done && ready && self.blocked(&path.s, task) && self.may_arrive(&path.s, task) {
            path.s.tasks[task].queued = true;
            if let Op::Lock { lock, .. } = self.program.op(path.s.tasks[task].pc) {
                path.access.w |= self.program.layout.lock_bit(*lock);
                self.tell(path, task, EventKind::WaitsFor(*lock), String::new);
            }
            path.stack.clear();
        }
    }

    fn begin(&mut self, path: &mut Path, task: usize) {
        let run = path.s.tasks[task].run;
        path.s.tasks[task].status = Status::Ready;
        path.s.started.push(run);
        if self.setup.ticketed {
            path.access.w |= self.program.layout.clock();
            path.done = true;
        }
        // Others wait for this beginning: they may come in right behind it.
        path.done |= self.setup.runs.iter().any(|r| r.after.contains(&run));
        let flow = self.setup.runs[usize::from(run)].flow;
        for (lock, mode) in &self.program.model.flows[flow as usize].holds {
            path.access.w |= self.program.layout.lock_bit(*lock);
            path.s.holds.push(Hold { lock: *lock, task: task as u8, mode: *mode, depth: 1 });
        }
        if path.s.tasks[task].pc < super::program::NONE {
            self.tell(path, task, EventKind::Begins, String::new);
        }
    }

    pub(super) fn registers(&self, task: usize, s: &State) -> usize {
        let flow = self.setup.runs[usize::from(s.tasks[task].run)].flow;
        self.program.model.flows[flow as usize].registers as usize
    }

    pub(super) fn waited_lock(&self, s: &State, task: usize) -> LockId {
        match self.program.op(s.tasks[task].pc) {
            Op::Wait { lock, .. } => *lock,
            _ => 0,
        }
    }

    /// One instruction; `false` at the end of the step.
    fn advance(&mut self, path: &mut Path, ways: &mut Vec<Path>) -> bool {
        let Some(frame) = path.stack.last().copied() else { return false };
        let task = usize::from(frame.task);
        let t = &path.s.tasks[task];
        if t.status != Status::Ready {
            path.stack.pop();
            return true;
        }
        let pc = t.pc;
        if pc == CUT {
            self.finish(path, task, Status::Cut, V::ABSENT);
            return true;
        }
        if self.table.definitions.joins {
            path.s.entries.retain(|e| usize::from(e.task) != task || e.until != pc);
        }
        let class = self.class(path, task);
        let atomic = path.s.tasks[task].atomic > 0;
        let stops =
            class >= Class::Shared && frame.after || class >= Class::Meeting && (path.done || path.stack.len() > 1);
        if stops && !atomic || self.blocked(&path.s, task) {
            path.stack.pop();
            return true;
        }
        if pc == EXIT {
            self.finish(path, task, Status::Done, V::ABSENT);
            return true;
        }
        if self.tries_error(path, task, ways) {
            return true;
        }
        let go = self.execute(path, task, ways);
        if !matches!(go, Go::Again) && class >= Class::Shared {
            path.done = true;
        }
        if class == Class::Around && !atomic && !matches!(go, Go::Again) {
            self.pass_meeting(path, task);
        }
        match go {
            Go::Next => path.s.tasks[task].pc = self.program.node(pc).next,
            Go::To(n) => path.s.tasks[task].pc = n,
            Go::Raise => self.raise(path, task),
            Go::Again | Go::Ended => {}
        }
        true
    }

    /// Others may come in here: what was read before is no longer fresh.
    pub(super) fn pass_meeting(&mut self, path: &mut Path, task: usize) {
        if let Some(frame) = path.stack.iter_mut().find(|f| usize::from(f.task) == task) {
            frame.after = true;
        }
        let first = path.s.tasks[task].regs as usize;
        let count = self.registers(task, &path.s);
        for reg in &mut path.s.regs[first..first + count] {
            reg.now = false;
        }
    }

    fn class(&self, path: &Path, task: usize) -> Class {
        let t = &path.s.tasks[task];
        let ends = t.pc == EXIT || matches!(self.program.op(t.pc), Op::Return { .. } | Op::Fail);
        if ends {
            let gives = path.s.holds.iter().any(|h| usize::from(h.task) == task)
                || path.s.pending.iter().any(|p| usize::from(p.task) == task)
                || t.promise != V::ABSENT;
            return if gives { Class::Shared } else { Class::Local };
        }
        match self.program.op(t.pc) {
            // Inside a section that nobody else can enter, a second look at the lock is no meeting.
            Op::AtomicBegin if t.atomic > 0 => Class::Local,
            _ => self.program.node(t.pc).class,
        }
    }

    /// Forks off the way on which this instruction fails.
    fn tries_error(&mut self, path: &mut Path, task: usize, ways: &mut Vec<Path>) -> bool {
        let pc = path.s.tasks[task].pc;
        if path.s.errors == 0 || !self.program.instr(pc).may_fail || path.asked == Some((task as u8, pc)) {
            return false;
        }
        if self.setup.errors_in.is_some_and(|run| run != path.s.tasks[task].run) {
            return false;
        }
        if self.setup.errors == Errors::Telling && !self.program.node(pc).telling {
            return false;
        }
        path.asked = Some((task as u8, pc));
        let mut other = self.fork(path);
        other.s.errors -= 1;
        other.asked = None;
        self.tell(&mut other, task, EventKind::Fails, String::new);
        if let Op::Pause { .. } = self.program.op(pc) {
            if other.done || other.stack.len() > 1 {
                self.pass_meeting(&mut other, task);
            }
        } else if self.program.node(pc).class >= Class::Shared {
            other.done = true;
        }
        self.raise(&mut other, task);
        ways.push(other);
        false
    }

    /// An error leaves the current instruction.
    pub(super) fn raise(&mut self, path: &mut Path, task: usize) {
        let err = self.program.node(path.s.tasks[task].pc).err;
        if err == super::program::NONE {
            self.finish(path, task, Status::Failed, V::ABSENT);
        } else {
            path.s.tasks[task].pc = err;
        }
    }

    /// The task ends: it lets go of its locks and open transactions and settles its promise.
    pub(super) fn finish(&mut self, path: &mut Path, task: usize, status: Status, ret: V) {
        let layout = &self.program.layout;
        let t = &mut path.s.tasks[task];
        t.status = status;
        t.ret = ret;
        t.pc = EXIT;
        t.in_tx = false;
        let promise = t.promise;
        for hold in path.s.holds.iter().filter(|h| usize::from(h.task) == task) {
            path.access.w |= layout.lock_bit(hold.lock);
        }
        path.s.holds.retain(|h| usize::from(h.task) != task);
        for pending in path.s.pending.iter().filter(|p| usize::from(p.task) == task) {
            path.access.w |= layout.bit(usize::from(pending.slot));
        }
        path.s.pending.retain(|p| usize::from(p.task) != task);
        if promise == V::ABSENT && status == Status::Failed {
            self.judge_failed(path, task);
        }
        path.s.entries.retain(|e| usize::from(e.task) != task);
        if promise != V::ABSENT {
            path.access.w |= layout.promises();
            let settled = match status {
                Status::Failed => Settled::Error,
                _ => Settled::With(super::store::Reg { val: ret, ..Default::default() }),
            };
            // A cut task leaves its promise open; the run is not judged.
            if let Some(p) = path.s.promises.iter_mut().find(|p| p.promise == promise && status != Status::Cut) {
                p.settled = settled;
            }
        }
    }

    /// Whether the task could take its next step now.
    pub(super) fn enabled(&self, s: &State, task: usize) -> bool {
        let t = &s.tasks[task];
        match t.status {
            Status::Done | Status::Failed | Status::Cut | Status::Asleep => false,
            Status::Woken => self.free(s, task, self.waited_lock(s, task), Mode::Exclusive),
            Status::Waiting => self.may_begin(s, task),
            Status::Ready if t.after != V::ABSENT => s.promised(t.after).is_none_or(|p| p.settled != Settled::No),
            Status::Ready => t.pc >= super::program::NONE || self.may_arrive(s, task) || !self.blocked(s, task),
        }
    }

    fn may_begin(&self, s: &State, task: usize) -> bool {
        let run = &self.setup.runs[usize::from(s.tasks[task].run)];
        run.previous.is_none_or(|p| s.run_ended(p))
            && run.after.iter().all(|r| s.run_started(*r))
            && run.twin.is_none_or(|r| s.run_started(r))
            && self.program.model.flows[run.flow as usize].holds.iter().all(|(l, m)| self.free(s, task, *l, *m))
    }

    /// Whether the instruction at the task's position has to wait.
    pub(super) fn blocked(&self, s: &State, task: usize) -> bool {
        let t = &s.tasks[task];
        if t.pc >= super::program::NONE {
            return false;
        }
        match self.program.op(t.pc) {
            Op::Lock { lock, mode, tried: None } => !self.free(s, task, *lock, *mode),
            Op::Join { on, .. } => {
                let promise = self.peek(s, task, on);
                s.promised(promise).is_some_and(|p| p.settled == Settled::No)
            }
            Op::Write { place, .. }
            | Op::Update { place, .. }
            | Op::Create { place, .. }
            | Op::Exchange { place, .. }
            | Op::Havoc { place }
                if !s.pending.is_empty() =>
            {
                let slot = self.program.layout.slot(usize::from(t.run), *place);
                s.pending.iter().any(|p| usize::from(p.slot) == slot && usize::from(p.task) != task)
            }
            _ => false,
        }
    }

    /// A writer that cannot have a read-write lock may still queue for it; readers wait behind it.
    pub(super) fn may_arrive(&self, s: &State, task: usize) -> bool {
        let t = &s.tasks[task];
        match self.program.op(t.pc) {
            Op::Lock { lock, mode: Mode::Exclusive, tried: None } => {
                !t.queued && self.table.shared_locks & self.program.layout.lock_bit(*lock) != 0
            }
            _ => false,
        }
    }

    pub(super) fn free(&self, s: &State, task: usize, lock: LockId, mode: Mode) -> bool {
        let reentrant = self.program.model.locks[lock as usize].reentrant;
        let mut others = s.holds.iter().filter(|h| h.lock == lock && !(reentrant && usize::from(h.task) == task));
        match mode {
            Mode::Exclusive => others.next().is_none(),
            Mode::Shared => others.all(|h| h.mode == Mode::Shared) && !self.writer_waits(s, task, lock),
        }
    }

    fn writer_waits(&self, s: &State, task: usize, lock: LockId) -> bool {
        s.tasks.iter().enumerate().any(|(i, t)| {
            i != task
                && t.queued
                && t.pc < super::program::NONE
                && matches!(self.program.op(t.pc), Op::Lock { lock: l, .. } if *l == lock)
        })
    }

    pub(super) fn tell(&self, path: &mut Path, task: usize, what: EventKind, note: impl FnOnce() -> String) {
        if !self.setup.trace {
            return;
        }
        let t = &path.s.tasks[task];
        let Some(site) = (t.pc < super::program::NONE).then(|| self.program.instr(t.pc).site) else { return };
        let lane = self.setup.runs[usize::from(t.run)].lane;
        path.events.push(Event { lane, run: t.run, site, what, note: note() });
    }
}
