//! A state as a short row of numbers: two states with the same row have the same future. What no later step and no
//! monitor can ask for is left out; versions are counted from the oldest one that somebody still refers to.

use super::access::Access;
use super::asked::{Alive, Asked};
use super::model::Mode;
use super::program::{NONE, Program};
use super::setup::Setup;
use super::store::{Entry, NEVER, Phi, Reg, Settled, State, Status};
use super::value::{Data, Values};

pub(super) struct Encoder<'p, 'm> {
    pub(super) program: &'p Program<'m>,
    pub(super) setup: &'p Setup,
    /// Slots that stand in a pair: what was read and written there is asked for at the end.
    pub(super) paired: u128,
    /// The row that was made last.
    row: Vec<u32>,
    /// What is worked out for each row anew, in the same memory.
    seen: Vec<u32>,
    futures: Vec<(bool, Access)>,
    alive: Alive,
}

/// Versions referred to, by slot.
struct Refs<'a> {
    seen: &'a mut [u32],
    values: &'a Values,
}

impl Refs<'_> {
    fn add(&mut self, slot: usize, version: u8) {
        if version != NEVER {
            self.seen[slot] |= 1 << version.min(31);
        }
    }

    fn data(&mut self, data: Data) {
        let values = self.values;
        for (slot, version) in values.versions(data) {
            self.add(slot, version);
        }
    }

    /// The version's rank among those referred to.
    fn rank(&self, slot: usize, version: u8) -> u32 {
        if version == NEVER {
            return 0;
        }
        1 + (self.seen[slot] & ((1u32 << version.min(31)) - 1)).count_ones()
    }
}

impl<'p, 'm> Encoder<'p, 'm> {
    pub(super) fn new(program: &'p Program<'m>, setup: &'p Setup) -> Encoder<'p, 'm> {
        let pairs = &program.model.pairs;
        let paired =
            pairs.iter().fold(0, |all, (p, q)| all | program.layout.place_bit(*p) | program.layout.place_bit(*q));
        let (row, seen, futures) = (Vec::new(), Vec::new(), Vec::new());
        Encoder { program, setup, paired, row, seen, futures, alive: Alive::default() }
    }

    pub(super) fn encode(&mut self, values: &Values, s: &State) -> &mut Vec<u32> {
        let (mut row, mut seen) = (std::mem::take(&mut self.row), std::mem::take(&mut self.seen));
        let mut futures = std::mem::take(&mut self.futures);
        row.clear();
        seen.clear();
        seen.resize(s.slots.len(), 0);
        self.run_futures(s, &mut futures);
        self.put(s, &futures, Refs { seen: &mut seen, values }, &mut row);
        (self.row, self.seen, self.futures) = (row, seen, futures);
        &mut self.row
    }

    fn put(&mut self, s: &State, futures: &[(bool, Access)], mut refs: Refs, out: &mut Vec<u32>) {
        self.collect(s, futures, &mut refs);
        for task in 0..s.tasks.len() {
            self.task(s, task, &refs, out);
        }
        for e in &s.entries {
            entry(e, &refs, out);
        }
        out.push(u32::MAX);
        self.slots(s, futures, &refs, out);
        for h in &s.holds {
            out.push(
                h.lock << 16 | u32::from(h.task) << 8 | u32::from(h.depth) << 1 | u32::from(h.mode == Mode::Shared),
            );
        }
        out.push(u32::MAX);
        self.assumed(refs.values, s, out);
        self.rest(s, &refs, out);
    }

    /// The truths chosen that some step may still ask for.
    fn assumed(&mut self, values: &Values, s: &State, out: &mut Vec<u32>) {
        if !s.assumed.is_empty() {
            let asked = Asked::of(self.program, values, s, self.setup.runs.len(), &mut self.alive);
            let kept = s.assumed.iter().filter(|(id, _)| asked.may_matter(values.choice_of(*id)));
            out.extend(kept.map(|(id, truth)| id << 1 | u32::from(*truth)));
        }
        out.push(u32::MAX);
    }

    /// What each run may still do; all ones for one that has not begun.
    fn run_futures(&self, s: &State, all: &mut Vec<(bool, Access)>) {
        all.clear();
        all.resize(self.setup.runs.len(), (false, Access::default()));
        for t in s.tasks.iter().filter(|t| !t.status.ended()) {
            let of = &mut all[usize::from(t.run)];
            of.0 = true;
            if t.pc < NONE {
                of.1.add(self.program.node(t.pc).future);
            }
        }
    }

    /// Whether a run's memory of a slot may still be asked for: now (`used`, `read`), at the end (`pair`).
    fn wanted(&self, slot: usize, future: (bool, Access)) -> (bool, bool) {
        let bit = self.program.layout.bit(slot);
        (
            future.0 && (slot >= self.program.layout.shared || (future.1.r | future.1.w) & bit != 0),
            slot < self.program.layout.shared && self.paired & bit != 0,
        )
    }

    fn collect(&self, s: &State, futures: &[(bool, Access)], refs: &mut Refs) {
        for t in s.tasks.iter().filter(|t| !t.status.ended() && t.pc < NONE) {
            for r in &self.program.node(t.pc).live {
                refs.data(s.regs[t.regs as usize + usize::from(*r)].data);
            }
        }
        for e in &s.entries {
            refs.add(usize::from(e.slot), e.version);
        }
        for (run, future) in futures.iter().enumerate() {
            for slot in 0..s.slots.len() {
                let own = s.own_of(run as u8, slot);
                let (now, pair) = self.wanted(slot, *future);
                if now || pair {
                    refs.add(slot, own.read);
                    refs.add(slot, own.wrote);
                }
                if now {
                    refs.add(slot, own.used);
                }
            }
        }
        for p in &s.pending {
            refs.data(p.reg.data);
        }
        for p in &s.promises {
            if let Settled::With(reg) = p.settled {
                refs.data(reg.data);
            }
        }
    }

    fn task(&self, s: &State, task: usize, refs: &Refs, out: &mut Vec<u32>) {
        let t = &s.tasks[task];
        let flags = [t.in_tx, t.queued, t.validated, t.shaky, t.joined, t.conflict.is_some()];
        let flags = flags.iter().fold(0, |all, f| all << 1 | u32::from(*f));
        let conflict = t.conflict.map_or(0, |c| u32::from(c.0));
        out.push(
            t.status as u32 | flags << 4 | u32::from(t.unknowns) << 12 | u32::from(t.atomic) << 16 | conflict << 24,
        );
        out.push(t.ret.0);
        if t.status.ended() {
            return;
        }
        out.push(t.pc);
        out.push(t.key);
        out.push(t.after.0);
        if t.pc < NONE && t.status != Status::Waiting {
            for r in &self.program.node(t.pc).live {
                reg(&s.regs[t.regs as usize + usize::from(*r)], refs, out);
            }
        }
    }

    fn slots(&self, s: &State, futures: &[(bool, Access)], refs: &Refs, out: &mut Vec<u32>) {
        for (at, slot) in s.slots.iter().enumerate() {
            out.push(slot.val.0);
            let tickets = if self.setup.ticketed { u32::from(slot.tickets) } else { 0 };
            let flags = u32::from(slot.claimed) | u32::from(slot.created) << 1 | u32::from(slot.shaky) << 2;
            out.push(flags | tickets << 8 | refs.rank(at, slot.cur) << 16 | u32::from(slot.writer(slot.cur)) << 24);
            // Between two versions referred to, only who wrote there matters.
            let mut writers = 0u32;
            for version in (0..=slot.cur).rev() {
                if refs.seen[at] >> version & 1 == 1 {
                    out.push(writers | u32::from(slot.writer(version)) << 16);
                    writers = 0;
                } else {
                    writers |= 1 << slot.writer(version);
                }
            }
        }
        for (run, future) in futures.iter().enumerate() {
            for slot in 0..s.slots.len() {
                let own = s.own_of(run as u8, slot);
                let (now, pair) = self.wanted(slot, *future);
                let mut word = u32::from(own.early) | u32::from(own.filled) << 1 | u32::from(own.wrote != NEVER) << 2;
                if now || pair {
                    word |= refs.rank(slot, own.wrote) << 8 | refs.rank(slot, own.read) << 16;
                    out.push(own.wrote_val.0);
                }
                if now {
                    word |= refs.rank(slot, own.used) << 24;
                }
                out.push(word);
            }
        }
    }

    fn rest(&self, s: &State, refs: &Refs, out: &mut Vec<u32>) {
        for p in &s.promises {
            let settled = match p.settled {
                Settled::No => 0,
                Settled::With(_) => 1,
                Settled::Error => 2,
            };
            out.push(p.promise.0 << 2 | settled);
            if let Settled::With(r) = &p.settled {
                reg(r, refs, out);
            }
        }
        out.push(u32::MAX);
        for r in &s.resources {
            out.extend([r.val.0, u32::from(r.by)]);
            out.push(
                u32::from(r.closed) | u32::from(r.returned) << 8 | u32::from(r.opened) << 9 | u32::from(r.stored) << 16,
            );
        }
        out.push(u32::MAX);
        for d in &s.done {
            out.extend([u32::from(d.run) << 8 | u32::from(d.under), d.site, d.args.0]);
        }
        out.push(u32::MAX);
        out.extend(&s.candidates);
        out.push(u32::MAX);
        for p in &s.pending {
            out.push(u32::from(p.task) << 16 | u32::from(p.slot) << 8 | u32::from(p.claim));
            reg(&p.reg, refs, out);
        }
        out.push(u32::MAX);
        if self.setup.ticketed {
            out.extend(s.started.iter().map(|r| u32::from(*r)));
        }
        out.push(u32::from(s.errors));
    }
}

fn reg(r: &Reg, refs: &Refs, out: &mut Vec<u32>) {
    out.push(r.val.0);
    let mut flags = u32::from(r.copy) | u32::from(r.varies) << 1 | u32::from(r.tickets) << 8;
    let mut count = 0;
    let at = out.len();
    out.push(0);
    for (slot, version) in refs.values.versions(r.data) {
        out.push((slot as u32) << 8 | refs.rank(slot, version));
        count += 1;
    }
    flags |= count << 16;
    out[at] = flags;
}

fn entry(e: &Entry, refs: &Refs, out: &mut Vec<u32>) {
    let slot = usize::from(e.slot);
    let flags = [e.outcome, e.claim, e.strong, e.created];
    let flags = flags.iter().fold(u32::from(e.acted), |all, f| all << 1 | u32::from(*f));
    let (kind, of) = match e.phi {
        Phi::Truthy => (0, 0),
        Phi::Absent => (1, 0),
        Phi::Equals(v) => (2, v.0),
        Phi::Below(v) => (3, v.0),
        Phi::Above(v) => (4, v.0),
        Phi::Opaque => (5, 0),
    };
    out.push(u32::from(e.task) | u32::from(e.slot) << 8 | refs.rank(slot, e.version) << 16 | kind << 24);
    out.extend([of, flags, e.seen.0, e.until]);
}
