//! The instructions by which runs wait for one another: pauses, promises, locks, transactions.

use super::machine::{Frame, Machine, Path};
use super::model::{LockId, Op, World};
use super::ops::Go;
use super::store::{Entry, Hold, Promised, Reg, Settled, Status, Task};
use super::value::{Kind, NO_RUN, Thing, V};
use super::verdict::EventKind;

/// The most tasks that a schedule may start.
const MAX_TASKS: u8 = 100;

impl Machine<'_, '_> {
    pub(super) fn op_promise(&mut self, path: &mut Path, task: usize, op: &Op) -> Go {
        let t = &path.s.tasks[task];
        let (key, pc, run) = (t.key, t.pc, t.run);
        match op {
            Op::Pause { args, into } => {
                let regs: Vec<Reg> = args.iter().map(|v| self.eval(path, task, v)).collect();
                let mut all = self.values.together(&regs);
                self.hand_on(path, task, &regs);
                let site = self.program.instr(pc).site.0 | u32::from(self.program.node(pc).round) << 24;
                all.val = self.values.make(Kind::Term { site, run: NO_RUN, of: regs.iter().map(|r| r.val).collect() });
                // Inside a lock the answer comes before anybody else asks.
                let inside = path.s.holds.iter().any(|hold| path.s.tasks[usize::from(hold.task)].run == run);
                if all.varies && !inside {
                    all.tickets |= 1 << run;
                }
                self.set(path, task, *into, all);
                self.tell(path, task, EventKind::Pauses, String::new);
                path.s.tasks[task].validated = false;
                if path.done || path.stack.len() > 1 {
                    self.pass_meeting(path, task);
                }
                Go::Next
            }
            Op::Start { entry: _, after, into } => {
                let after = after.as_ref().map_or(V::ABSENT, |v| self.eval(path, task, v).val);
                let promise = self.values.make(Kind::Fresh { task: key, node: pc, what: Thing::Promise });
                self.set(path, task, *into, Reg { val: promise, ..Reg::default() });
                self.tell(path, task, EventKind::Starts, String::new);
                self.start(path, task, promise, after)
            }
            Op::Join { on, into } => {
                let on = self.eval(path, task, on);
                path.access.r |= self.program.layout.promises();
                self.tell(path, task, EventKind::Joins, String::new);
                path.s.tasks[task].validated = false;
                match path.s.promised(on.val).copied() {
                    Some(Promised { settled: Settled::Error, run: by, .. }) => {
                        path.s.tasks[task].joined |= by != run;
                        Go::Raise
                    }
                    Some(Promised { settled: Settled::With(reg), run: by, .. }) => {
                        path.s.tasks[task].joined |= by != run;
                        self.set(path, task, *into, Reg { now: false, copy: false, ..reg });
                        Go::Next
                    }
                    _ => {
                        self.set(path, task, *into, Reg { now: false, ..on });
                        Go::Next
                    }
                }
            }
            Op::Promise { into } => {
                let promise = self.values.make(Kind::Fresh { task: key, node: pc, what: Thing::Promise });
                path.s.promises.push(Promised { promise, settled: Settled::No, run });
                self.set(path, task, *into, Reg { val: promise, ..Reg::default() });
                Go::Next
            }
            Op::Settle { promise, value } => {
                let promise = self.eval(path, task, promise).val;
                let reg = self.eval(path, task, value);
                path.access.w |= self.program.layout.promises();
                self.tell(path, task, EventKind::Settles, String::new);
                if let Some(p) = path.s.promises.iter_mut().find(|p| p.promise == promise && p.settled == Settled::No) {
                    p.settled = Settled::With(Reg { now: false, copy: false, ..reg });
                }
                Go::Next
            }
            _ => Go::Next,
        }
    }

    /// A child task, with a copy of the registers, under the same tests and claims.
    fn start(&mut self, path: &mut Path, task: usize, promise: V, after: V) -> Go {
        let parent = path.s.tasks[task];
        let node = self.program.node(parent.pc);
        let first = parent.regs as usize;
        let count = self.registers(task, &path.s);
        let regs = path.s.regs.len() as u32;
        path.s.regs.extend_from_within(first..first + count);
        let key = self.values.child(parent.key, parent.pc);
        let child = path.s.tasks.len() as u8;
        if child >= MAX_TASKS {
            self.table.too_much = true;
            path.s.tasks[task].pc = node.next;
            return Go::Ended;
        }
        let mut new = Task::new(parent.run, node.alt, key, regs);
        new.promise = promise;
        new.after = after;
        new.otherwise = node.err;
        new.shaky = parent.shaky;
        new.unknowns = parent.unknowns;
        path.s.tasks.push(new);
        let inherited: Vec<_> = self.live(&path.s, task).map(|(_, e)| *e).collect();
        path.s.entries.extend(inherited.into_iter().map(|e| Entry { task: child, ..e }));
        path.s.promises.push(Promised { promise, settled: Settled::No, run: parent.run });
        path.s.tasks[task].pc = node.next;
        path.done = true;
        if after == V::ABSENT && self.program.model.world == World::Tasks {
            path.stack.push(Frame { task: child, after: false });
        }
        Go::Ended
    }

    pub(super) fn op_lock(&mut self, path: &mut Path, task: usize, op: &Op) -> Go {
        match op {
            Op::Lock { lock, mode, tried } => {
                path.access.w |= self.program.layout.lock_bit(*lock);
                let free = self.free(&path.s, task, *lock, *mode);
                if let Some(into) = tried {
                    self.set(path, task, *into, Reg { val: V::of_bool(free), ..Reg::default() });
                    if !free {
                        return Go::Next;
                    }
                }
                path.s.tasks[task].queued = false;
                self.tell(path, task, EventKind::Locks(*lock), String::new);
                let held = path.s.holds.iter_mut().find(|h| h.lock == *lock && usize::from(h.task) == task);
                match held {
                    Some(h) if h.mode == *mode => h.depth += 1,
                    _ => path.s.holds.push(Hold { lock: *lock, task: task as u8, mode: *mode, depth: 1 }),
                }
                Go::Next
            }
            Op::Unlock { lock } => {
                path.access.w |= self.program.layout.lock_bit(*lock);
                self.tell(path, task, EventKind::Unlocks(*lock), String::new);
                self.unlock(path, task, *lock);
                Go::Next
            }
            Op::Wait { cond, lock } => {
                path.access.w |= self.program.layout.lock_bit(*lock) | self.program.layout.lock_bit(*cond);
                self.tell(path, task, EventKind::Sleeps(*cond), String::new);
                self.unlock(path, task, *lock);
                path.s.tasks[task].status = Status::Asleep;
                Go::Ended
            }
            Op::Notify { cond } => {
                path.access.w |= self.program.layout.lock_bit(*cond);
                self.tell(path, task, EventKind::Notifies(*cond), String::new);
                for i in 0..path.s.tasks.len() {
                    let waits = path.s.tasks[i].status == Status::Asleep
                        && matches!(self.program.op(path.s.tasks[i].pc), Op::Wait { cond: c, .. } if c == cond);
                    if waits {
                        path.s.tasks[i].status = Status::Woken;
                    }
                }
                Go::Next
            }
            _ => Go::Next,
        }
    }

    fn unlock(&mut self, path: &mut Path, task: usize, lock: LockId) {
        if let Some(at) = path.s.holds.iter().rposition(|h| h.lock == lock && usize::from(h.task) == task) {
            path.s.holds[at].depth -= 1;
            if path.s.holds[at].depth == 0 {
                path.s.holds.remove(at);
            }
        }
    }

    pub(super) fn op_section(&mut self, path: &mut Path, task: usize, op: &Op) -> Go {
        match op {
            Op::AtomicBegin => path.s.tasks[task].atomic += 1,
            Op::AtomicEnd => path.s.tasks[task].atomic = path.s.tasks[task].atomic.saturating_sub(1),
            Op::Begin => path.s.tasks[task].in_tx = true,
            Op::Commit | Op::Rollback => {
                path.s.tasks[task].in_tx = false;
                let keep = matches!(op, Op::Commit);
                if keep {
                    self.tell(path, task, EventKind::Commits, String::new);
                }
                let all = std::mem::take(&mut path.s.pending);
                for p in all {
                    if usize::from(p.task) != task {
                        path.s.pending.push(p);
                        continue;
                    }
                    path.access.w |= self.program.layout.bit(usize::from(p.slot));
                    if keep {
                        self.version(path, task, usize::from(p.slot), p.reg, p.site, p.claim);
                    }
                }
            }
            _ => {}
        }
        Go::Next
    }
}
