//! What each instruction does to the store.

use super::machine::{Machine, Path};
use super::model::{Effect, How, Mode, Op, PlaceId, RegIx, Val};
use super::program::N;
use super::store::{Done, NEVER, NOBODY, Pending, Reg, Resource, State, Status};
use super::value::{Choice, Data, Kind, NO_RUN, Thing, V};
use super::verdict::EventKind;
use super::words;

/// Where a task goes from an instruction.
pub(super) enum Go {
    Next,
    To(N),
    Raise,
    /// A truth was chosen: look again.
    Again,
    Ended,
}

impl Machine<'_, '_> {
    pub(super) fn execute(&mut self, path: &mut Path, task: usize, ways: &mut Vec<Path>) -> Go {
        let pc = path.s.tasks[task].pc;
        let op = self.program.op(pc);
        match op {
            Op::Read { place, into } => {
                let reg = self.read(path, task, *place);
                self.set(path, task, *into, reg);
                self.tell(path, task, EventKind::Reads(*place), || words::brief(self.values, reg.val));
                Go::Next
            }
            Op::Write { place, how, value, accounts } => self.op_write(path, task, *place, *how, value, accounts),
            Op::Update { place, value, into } => {
                let old = self.read(path, task, *place);
                if let Some(into) = into {
                    self.set(path, task, *into, old);
                }
                let mut reg = self.eval(path, task, value);
                reg.data = self.values.union(reg.data, old.data);
                reg.copy = false;
                self.tell(path, task, EventKind::Writes(*place), String::new);
                self.write(path, task, *place, reg, How::Set, &[]);
                Go::Next
            }
            Op::Create { place, value, into, or_fail } => {
                self.create(path, task, ways, (*place, value, *into, *or_fail))
            }
            Op::Exchange { place, expected, value, into } => {
                self.exchange(path, task, ways, (*place, expected, value, *into))
            }
            Op::Act { class, args, into } => self.op_act(path, task, *class, args, *into),
            Op::Branch { test, .. } => self.branch(path, task, ways, test),
            Op::Let { into, value } => {
                let reg = self.eval(path, task, value);
                self.set(path, task, *into, reg);
                Go::Next
            }
            Op::Jump(_) => Go::Next,
            Op::Open { .. } | Op::Use { .. } | Op::Close { .. } => self.op_resource(path, task, op),
            Op::Pause { .. } | Op::Start { .. } | Op::Join { .. } | Op::Promise { .. } | Op::Settle { .. } => {
                self.op_promise(path, task, op)
            }
            Op::Lock { .. } | Op::Unlock { .. } | Op::Wait { .. } | Op::Notify { .. } => self.op_lock(path, task, op),
            Op::Begin | Op::Commit | Op::Rollback | Op::AtomicBegin | Op::AtomicEnd => self.op_section(path, task, op),
            Op::Return { value } => {
                let reg = self.eval(path, task, value);
                self.hand_on(path, task, &[reg]);
                self.returned(path, task, reg.val);
                self.tell(path, task, EventKind::Returns, String::new);
                self.finish(path, task, Status::Done, reg.val);
                Go::Ended
            }
            Op::Fail => {
                self.tell(path, task, EventKind::Fails, String::new);
                Go::Raise
            }
            Op::Havoc { place } => {
                let key = path.s.tasks[task].key;
                let val = self.values.make(Kind::Unknown { task: key, node: pc });
                self.tell(path, task, EventKind::Writes(*place), || "something".to_string());
                self.write(path, task, *place, Reg { val, ..Reg::default() }, How::Set, &[]);
                let slot = self.slot(&path.s, task, *place);
                path.s.slots[slot].shaky = true;
                self.table.undecided(self.program.instr(pc).site);
                Go::Next
            }
        }
    }

    pub(super) fn slot(&self, s: &State, task: usize, place: PlaceId) -> usize {
        self.program.layout.slot(usize::from(s.tasks[task].run), place)
    }

    pub(super) fn reg(&self, s: &State, task: usize, r: RegIx) -> Reg {
        s.regs[s.tasks[task].regs as usize + r as usize]
    }

    pub(super) fn set(&self, path: &mut Path, task: usize, r: RegIx, reg: Reg) {
        let at = path.s.tasks[task].regs as usize + r as usize;
        path.s.regs[at] = reg;
    }

    /// The value alone, of what needs no making.
    pub(super) fn peek(&self, s: &State, task: usize, val: &Val) -> V {
        match val {
            Val::Reg(r) => self.reg(s, task, *r).val,
            _ => V::ABSENT,
        }
    }

    pub(super) fn eval(&mut self, path: &Path, task: usize, val: &Val) -> Reg {
        let t = &path.s.tasks[task];
        let (key, node, run) = (t.key, t.pc, t.run);
        let site = self.program.instr(node).site.0;
        let plain = |val| Reg { val, ..Reg::default() };
        match val {
            Val::Absent => plain(V::ABSENT),
            Val::Bool(b) => plain(V::of_bool(*b)),
            Val::Const(c) => plain(self.values.make(Kind::Const(*c))),
            Val::Reg(r) => self.reg(&path.s, task, *r),
            Val::Fresh { identity: true } => {
                plain(self.values.make(Kind::Fresh { task: key, node, what: Thing::Object }))
            }
            Val::Fresh { identity: false } => plain(self.values.make(Kind::Plain { site })),
            Val::Made(inner) => {
                let made = self.eval(path, task, inner);
                let val = match self.values.absent(made.val) {
                    None => self.values.made(made.val),
                    Some(_) => made.val,
                };
                Reg { val, ..made }
            }
            Val::Plus(r, k) => {
                let reg = self.reg(&path.s, task, *r);
                Reg { val: self.values.plus(reg.val, *k), copy: false, ..reg }
            }
            Val::Term { of, varies } => {
                let regs: Vec<Reg> = of.iter().map(|v| self.eval(path, task, v)).collect();
                let mut all = self.values.together(&regs);
                all.varies |= *varies;
                let run = if *varies { run } else { NO_RUN };
                all.val = self.values.make(Kind::Term { site, run, of: regs.iter().map(|r| r.val).collect() });
                all
            }
            Val::Instant(k) => plain(self.values.make(Kind::Instant(*k))),
            Val::Unknown => plain(self.values.make(Kind::Unknown { task: key, node })),
        }
    }

    /// Reads a place: inside a transaction its own write first.
    pub(super) fn read(&mut self, path: &mut Path, task: usize, place: PlaceId) -> Reg {
        let slot = self.slot(&path.s, task, place);
        let run = path.s.tasks[task].run;
        path.access.r |= self.program.layout.bit(slot);
        let pending = path.s.pending.iter().rev().find(|p| usize::from(p.task) == task && usize::from(p.slot) == slot);
        let (val, version) = match pending {
            Some(p) => (p.reg.val, path.s.slots[slot].cur + 1),
            None => (path.s.slots[slot].val, path.s.slots[slot].cur),
        };
        path.s.own(run, slot).read = version;
        Reg { val, data: self.values.one(slot, version), copy: true, now: true, ..Reg::default() }
    }

    fn op_write(
        &mut self,
        path: &mut Path,
        task: usize,
        place: PlaceId,
        how: How,
        value: &Val,
        accounts: &[RegIx],
    ) -> Go {
        let slot = self.slot(&path.s, task, place);
        let mut reg = self.eval(path, task, value);
        let old = path.s.slots[slot].val;
        let collection = !matches!(self.program.model.places[place as usize].initial, Val::Absent | Val::Bool(_));
        match how {
            How::Insert if collection => reg.val = self.values.added(old, reg.val),
            How::Remove if collection && reg.val != V::ABSENT => {
                let site = self.program.instr(path.s.tasks[task].pc).site.0;
                reg.val = self.values.removed(old, reg.val, site);
            }
            How::Remove => reg = Reg { val: V::ABSENT, ..Reg::default() },
            _ => {}
        }
        let accounts: Vec<Reg> = accounts.iter().map(|r| self.reg(&path.s, task, *r)).collect();
        let what = if how == How::Remove { EventKind::Removes(place) } else { EventKind::Writes(place) };
        self.tell(path, task, what, String::new);
        self.write(path, task, place, reg, how, &accounts);
        Go::Next
    }

    /// Judges a write, then makes its version (at once, or at the commit).
    pub(super) fn write(&mut self, path: &mut Path, task: usize, place: PlaceId, reg: Reg, how: How, accounts: &[Reg]) {
        let slot = self.slot(&path.s, task, place);
        path.access.w |= self.program.layout.bit(slot);
        self.judge_write(path, task, slot, &reg, how, accounts);
        self.hand_elsewhere(path, task, slot, &reg);
        let claim = self.settle_entry(path, task, slot, &reg);
        self.did(path, task, slot, &reg);
        let site = self.program.instr(path.s.tasks[task].pc).site.0;
        let outside = self.program.model.places[place as usize].outside;
        if path.s.tasks[task].in_tx && outside {
            path.s.pending.retain(|p| !(usize::from(p.task) == task && usize::from(p.slot) == slot));
            path.s.pending.push(Pending { task: task as u8, slot: slot as u8, reg, site, claim });
        } else {
            self.version(path, task, slot, reg, site, claim);
        }
    }

    /// The next version of a place.
    pub(super) fn version(&mut self, path: &mut Path, task: usize, slot: usize, reg: Reg, site: u32, claim: bool) {
        let t = &path.s.tasks[task];
        let (run, shaky) = (t.run, t.shaky);
        let s = &mut path.s.slots[slot];
        s.push(run);
        s.val = reg.val;
        s.tickets = reg.tickets;
        s.claimed = claim;
        s.created = false;
        s.shaky = shaky;
        s.site = site;
        let cur = s.cur;
        if cur >= super::store::MAX_VERSIONS {
            self.table.too_much = true;
        }
        let own = path.s.own(run, slot);
        own.wrote = cur;
        own.wrote_val = reg.val;
        own.filled |= reg.val != V::ABSENT;
        self.stored(path, task, slot, reg.val, site);
    }

    /// A resource is put where it is looked for.
    fn stored(&mut self, path: &mut Path, task: usize, slot: usize, val: V, site: u32) {
        let place = self.program.layout.place_of[slot];
        if !self.program.model.places[place as usize].resource {
            return;
        }
        let run = path.s.tasks[task].run;
        let known = path.s.resources.iter_mut().find(|r| r.val == val);
        match known {
            Some(r) => r.stored = slot as u8,
            None if self.values.is_fresh(val) && !self.values.is_promise(val) => {
                let stored = slot as u8;
                path.s.resources.push(Resource {
                    val,
                    opened: true,
                    closed: NOBODY,
                    returned: false,
                    by: NEVER,
                    stored,
                    site,
                    run,
                });
            }
            None => {}
        }
    }

    fn create(&mut self, path: &mut Path, task: usize, ways: &mut Vec<Path>, op: (PlaceId, &Val, RegIx, bool)) -> Go {
        let (place, value, into, or_fail) = op;
        let old = self.read(path, task, place);
        let slot = self.slot(&path.s, task, place);
        path.access.w |= self.program.layout.bit(slot);
        let Some(free) = self.decide(path, task, ways, Choice::Absent(old.val), &[old]) else { return Go::Again };
        self.tell(path, task, EventKind::Tries(place, free), String::new);
        let reg = self.eval(path, task, value);
        self.set(path, task, into, Reg { val: V::of_bool(free), ..Reg::default() });
        if free {
            self.write(path, task, place, reg, How::Insert, &[]);
            self.claim_created(path, task, slot, reg.val);
            return Go::Next;
        }
        self.judge_conflict(path, task, slot);
        if or_fail { Go::Raise } else { Go::Next }
    }

    fn exchange(&mut self, path: &mut Path, task: usize, ways: &mut Vec<Path>, op: (PlaceId, &Val, &Val, RegIx)) -> Go {
        let (place, expected, value, into) = op;
        let old = self.read(path, task, place);
        let slot = self.slot(&path.s, task, place);
        path.access.w |= self.program.layout.bit(slot);
        let expected = self.eval(path, task, expected);
        let choice = equality(old.val, expected.val);
        let Some(same) = self.decide(path, task, ways, choice, &[old, expected]) else { return Go::Again };
        self.tell(path, task, EventKind::Tries(place, same), String::new);
        let mut reg = self.eval(path, task, value);
        self.set(path, task, into, Reg { val: V::of_bool(same), ..Reg::default() });
        if same {
            // The comparison is a second look: the value rests on what is there now.
            reg.data = self.values.union(old.data, Data(0));
            reg.copy = false;
            self.push_test(path, task, slot, &old, super::store::Phi::Equals(expected.val), true);
            self.write(path, task, place, reg, How::Set, &[]);
        }
        Go::Next
    }

    fn op_act(&mut self, path: &mut Path, task: usize, class: Effect, args: &[Val], into: RegIx) -> Go {
        let regs: Vec<Reg> = args.iter().map(|v| self.eval(path, task, v)).collect();
        let mut all = self.values.together(&regs);
        let t = &path.s.tasks[task];
        let (run, node) = (t.run, self.program.node(t.pc));
        let site = self.program.instr(t.pc).site.0;
        let of: Box<[V]> = regs.iter().map(|r| r.val).collect();
        self.hand_on(path, task, &regs);
        if class != Effect::Repeatable {
            // A call of something unknown is part of what the run came to only where what others touch had a part in it.
            let counts = class != Effect::Unknown
                || regs.iter().any(|r| r.data != Data::default())
                || self.live(&path.s, task).next().is_some();
            let args = self.values.make(Kind::Term { site, run: NO_RUN, of: of.clone() });
            let under = self.plain_test(&path.s, task);
            let under = if class == Effect::Unknown { NEVER } else { under };
            let done = Done { run, site, args, under };
            if counts {
                let at = path.s.done.partition_point(|d| *d <= done);
                path.s.done.insert(at, done);
            }
            self.tell(path, task, EventKind::Acts, String::new);
            self.judge_act(path, task, class != Effect::Unknown);
        }
        let named = site | u32::from(node.round) << 24;
        let by = if class == Effect::Repeatable { NO_RUN } else { run };
        all.val = self.values.make(Kind::Term { site: named, run: by, of });
        self.set(path, task, into, all);
        Go::Next
    }

    fn op_resource(&mut self, path: &mut Path, task: usize, op: &Op) -> Go {
        let t = &path.s.tasks[task];
        let (key, node, run) = (t.key, t.pc, t.run);
        let site = self.program.instr(node).site.0;
        match op {
            Op::Open { into } => {
                let val = self.values.make(Kind::Fresh { task: key, node, what: Thing::Resource });
                path.s.resources.push(Resource {
                    val,
                    opened: true,
                    closed: NOBODY,
                    returned: false,
                    by: NEVER,
                    stored: NEVER,
                    site,
                    run,
                });
                self.set(path, task, *into, Reg { val, ..Reg::default() });
                self.tell(path, task, EventKind::Opens, String::new);
                self.judge_act(path, task, true);
                Go::Next
            }
            Op::Use { of } => {
                let reg = self.eval(path, task, of);
                path.access.r |= self.program.layout.resources();
                self.tell(path, task, EventKind::Uses, String::new);
                let thrown = self.judge_use(path, task, &reg);
                self.hand_on(path, task, &[reg]);
                if thrown { Go::Raise } else { Go::Next }
            }
            Op::Close { of, idempotent } => {
                let reg = self.eval(path, task, of);
                path.access.w |= self.program.layout.resources();
                self.tell(path, task, EventKind::Closes, String::new);
                let thrown = self.judge_close(path, task, &reg, *idempotent);
                self.hand_on(path, task, &[reg]);
                if thrown { Go::Raise } else { Go::Next }
            }
            _ => Go::Next,
        }
    }
}

pub(super) fn equality(a: V, b: V) -> Choice {
    if a <= b { Choice::Equals(a, b) } else { Choice::Equals(b, a) }
}

/// Locks that some flow takes shared.
pub(super) fn shared_locks(program: &super::program::Program) -> u128 {
    let mut all = 0;
    for flow in &program.model.flows {
        for instr in &flow.code {
            if let Op::Lock { lock, mode: Mode::Shared, .. } = &instr.op {
                all |= program.layout.lock_bit(*lock);
            }
        }
    }
    all
}
