//! Tests: what the store decides, what a schedule chooses once and keeps, and which tests control what comes after.

use super::machine::{MAX_UNKNOWNS, Machine, Path};
use super::model::Check;
use super::ops::{Go, equality};
use super::program::{EXIT, NONE};
use super::store::{Entry, Phi, Reg, State};
use super::value::{Choice, Kind, V};
use super::verdict::EventKind;
use super::words;

impl Machine<'_, '_> {
    pub(super) fn branch(&mut self, path: &mut Path, task: usize, ways: &mut Vec<Path>, test: &Check) -> Go {
        let pc = path.s.tasks[task].pc;
        let (node, skip) = (self.program.node(pc), self.program.node(pc).skip);
        let (base, negated) = strip(test);
        let (choice, operands) = self.question(path, task, base);
        if skip != NONE && self.settled(&path.s, &choice).is_none() {
            return Go::To(skip);
        }
        let open = self.setup.trace && self.decided(&choice).is_none();
        let Some(truth) = self.decide(path, task, ways, choice.clone(), &operands) else { return Go::Again };
        if let Check::Unknown { validates: true, .. } = base {
            path.s.tasks[task].validated = true;
        }
        self.tests(path, task, base, &operands, truth, node.join);
        let holds = truth != negated;
        self.table.arm(pc, holds);
        let note = || {
            if open {
                format!("if {}", words::assumption(self.program, self.values, &choice, truth))
            } else {
                String::new()
            }
        };
        self.tell(path, task, EventKind::Tests(holds), note);
        if holds { Go::To(node.alt) } else { Go::Next }
    }

    fn question(&mut self, path: &Path, task: usize, base: &Check) -> (Choice, Vec<Reg>) {
        match base {
            Check::Truthy(v) => {
                let reg = self.eval(path, task, v);
                (Choice::Truthy(reg.val), vec![reg])
            }
            Check::Absent(v) => {
                let reg = self.eval(path, task, v);
                (Choice::Absent(reg.val), vec![reg])
            }
            Check::Equals(a, b) => {
                let (a, b) = (self.eval(path, task, a), self.eval(path, task, b));
                (equality(a.val, b.val), vec![a, b])
            }
            Check::Less(a, b) => {
                let (a, b) = (self.eval(path, task, a), self.eval(path, task, b));
                (Choice::Less(a.val, b.val), vec![a, b])
            }
            Check::Unknown { of, .. } => {
                let regs: Vec<Reg> = of.iter().map(|v| self.eval(path, task, v)).collect();
                let t = &path.s.tasks[task];
                // A loop that goes on in one round may end in the next.
                let site = self.program.instr(t.pc).site.0 | u32::from(self.program.node(t.pc).round) << 24;
                let of = regs.iter().map(|r| r.val).collect();
                (Choice::Unknown { site, run: t.run, of }, regs)
            }
            Check::Not(inner) => self.question(path, task, inner),
        }
    }

    /// What is known without choosing anything new.
    fn settled(&mut self, s: &State, choice: &Choice) -> Option<bool> {
        self.decided(choice).or_else(|| {
            let id = self.values.choice(choice.clone());
            self.assumed(s, id)
        })
    }

    pub(super) fn decided(&self, choice: &Choice) -> Option<bool> {
        match choice {
            Choice::Truthy(v) => self.values.truthy(*v),
            Choice::Absent(v) => self.values.absent(*v),
            Choice::Equals(a, b) => self.values.equals(*a, *b),
            Choice::Less(a, b) => self.values.less(*a, *b),
            Choice::Unknown { .. } => None,
        }
    }

    fn assumed(&self, s: &State, id: u32) -> Option<bool> {
        if let Ok(at) = s.assumed.binary_search_by_key(&id, |a| a.0) {
            return Some(s.assumed[at].1);
        }
        let wanted = self.values.choice_of(id);
        s.assumed.iter().find_map(|(other, truth)| self.follows(wanted, self.values.choice_of(*other), *truth))
    }

    /// What one chosen truth says of another question.
    fn follows(&self, wanted: &Choice, known: &Choice, truth: bool) -> Option<bool> {
        let other = |v: V, a: V, b: V| if v == a { Some(b) } else { (v == b).then_some(a) };
        match (wanted, known) {
            (Choice::Truthy(v), Choice::Absent(w)) if v == w && truth => Some(false),
            (Choice::Absent(v), Choice::Truthy(w)) if v == w && truth => Some(false),
            (Choice::Truthy(v), Choice::Equals(a, b)) if truth => self.values.truthy(other(*v, *a, *b)?),
            (Choice::Absent(v), Choice::Equals(a, b)) if truth => self.values.absent(other(*v, *a, *b)?),
            (Choice::Equals(a, b), Choice::Equals(c, d)) if truth => {
                let (mine, theirs) = match (a, b) {
                    (a, b) if a == c => (*b, *d),
                    (a, b) if a == d => (*b, *c),
                    (a, b) if b == c => (*a, *d),
                    (a, b) if b == d => (*a, *c),
                    _ => return None,
                };
                self.values.equals(mine, theirs)
            }
            (Choice::Equals(a, b), Choice::Absent(v)) if truth => {
                self.values.absent(other(*v, *a, *b)?).filter(|absent| !absent)
            }
            _ => None,
        }
    }

    /// The truth of a question; `None` if both have now been put on their way.
    pub(super) fn decide(
        &mut self,
        path: &mut Path,
        task: usize,
        ways: &mut Vec<Path>,
        choice: Choice,
        operands: &[Reg],
    ) -> Option<bool> {
        if let Some(truth) = self.decided(&choice) {
            return Some(truth);
        }
        if let (Choice::Equals(..), [a, b]) = (&choice, operands)
            && self.table.definitions.looks
            && self.two_looks(a, b)
        {
            return Some(false);
        }
        let id = self.values.choice(choice);
        if let Some(truth) = self.assumed(&path.s, id) {
            let shaky = operands.iter().any(|r| self.made_here(&path.s, r));
            let t = &mut path.s.tasks[task];
            t.shaky |= shaky;
            t.unknowns = (t.unknowns + 1).min(MAX_UNKNOWNS);
            return Some(truth);
        }
        if path.s.tasks[task].unknowns >= MAX_UNKNOWNS {
            let site = self.program.instr(path.s.tasks[task].pc).site;
            self.table.undecided(site);
            return Some(false);
        }
        let mut other = self.fork(path);
        assume(&mut other.s, id, false);
        assume(&mut path.s, id, true);
        ways.push(other);
        None
    }

    /// Two versions of one place, neither of which can be named: a comparison of the two is meant to tell them apart.
    fn two_looks(&self, a: &Reg, b: &Reg) -> bool {
        let place = |r: &Reg| self.values.versions(r.data).next().map(|v| v.0);
        a.copy && b.copy && a.data != b.data && place(a) == place(b)
    }

    /// A value that nobody can name and that a run wrote: to choose its truth is to guess.
    fn made_here(&self, s: &State, reg: &Reg) -> bool {
        let open = matches!(self.values.kind(reg.val), Kind::Term { .. } | Kind::Unknown { .. });
        open && self
            .values
            .versions(reg.data)
            .any(|(slot, v)| v > 0 && slot < self.program.layout.shared && { s.slots[slot].cur >= v })
    }

    fn tests(&mut self, path: &mut Path, task: usize, base: &Check, regs: &[Reg], truth: bool, until: u32) {
        let fresh = regs.iter().any(|r| r.now);
        match base {
            Check::Truthy(_) => self.test(path, task, &regs[0], Phi::Truthy, truth, until),
            Check::Absent(_) => self.test(path, task, &regs[0], Phi::Absent, truth, until),
            Check::Equals(..) => {
                // Of a captured value and one read now, only the one read now is tested.
                if regs[0].now || !fresh {
                    self.test(path, task, &regs[0], Phi::Equals(regs[1].val), truth, until);
                }
                if regs[1].now || !fresh {
                    self.test(path, task, &regs[1], Phi::Equals(regs[0].val), truth, until);
                }
            }
            Check::Less(..) => {
                self.test(path, task, &regs[0], Phi::Below(regs[1].val), truth, until);
                self.test(path, task, &regs[1], Phi::Above(regs[0].val), truth, until);
            }
            Check::Unknown { .. } => {
                for reg in regs {
                    self.test(path, task, reg, Phi::Opaque, truth, until);
                }
            }
            Check::Not(_) => {}
        }
    }

    fn test(&mut self, path: &mut Path, task: usize, reg: &Reg, phi: Phi, truth: bool, until: u32) {
        let phi = if reg.copy { phi } else { Phi::Opaque };
        let versions: Vec<(usize, u8)> = self.values.versions(reg.data).collect();
        for (slot, version) in versions {
            self.push(path, task, (slot, version), reg.val, phi, truth, until);
        }
    }

    /// A test of what was read just now, for a step that tests and writes in one.
    pub(super) fn push_test(&mut self, path: &mut Path, task: usize, slot: usize, old: &Reg, phi: Phi, truth: bool) {
        let version = self.values.versions(old.data).next().map_or(0, |v| v.1);
        self.push(path, task, (slot, version), old.val, phi, truth, EXIT);
    }

    #[expect(clippy::too_many_arguments, reason = "an entry has as many parts")]
    fn push(&mut self, path: &mut Path, task: usize, at: (usize, u8), seen: V, phi: Phi, outcome: bool, until: u32) {
        let pc = path.s.tasks[task].pc;
        let site = self.program.instr(pc).site.0;
        // A look at the run's own version is an owner's check, not a guard at the door.
        if path.s.slots[at.0].writer(at.1) != path.s.tasks[task].run {
            self.table.guard(pc, at.0, phi, outcome);
        }
        // The same test once more replaces itself.
        let newest = self.table.definitions.newest;
        path.s.entries.retain(|e| {
            let same = usize::from(e.task) == task && usize::from(e.slot) == at.0 && e.until == until;
            !(newest && same && !e.claim)
        });
        path.s.entries.push(Entry {
            task: task as u8,
            slot: at.0 as u8,
            version: at.1,
            phi,
            outcome,
            claim: false,
            strong: false,
            created: false,
            acted: 0,
            seen,
            until,
            site,
        });
    }

    pub(super) fn holds(&self, phi: Phi, v: V) -> Option<bool> {
        match phi {
            Phi::Truthy => self.values.truthy(v),
            Phi::Absent => self.values.absent(v),
            Phi::Equals(x) => self.values.equals(v, x),
            Phi::Below(x) => self.values.less(v, x),
            Phi::Above(x) => self.values.less(x, v),
            Phi::Opaque => None,
        }
    }

    /// The tests and claims that count for a task: of each place the last one.
    pub(super) fn live<'s>(&self, s: &'s State, task: usize) -> impl DoubleEndedIterator<Item = (usize, &'s Entry)> {
        let newest = self.table.definitions.newest;
        let mine = move |e: &Entry| usize::from(e.task) == task;
        s.entries.iter().enumerate().filter(move |(i, e)| {
            let others = if newest { &s.entries[i + 1..] } else { &s.entries[..*i] };
            mine(e) && !others.iter().any(|other| mine(other) && other.slot == e.slot)
        })
    }

    pub(super) fn live_on(&self, s: &State, task: usize, slot: usize) -> Option<usize> {
        self.live(s, task).find(|(_, e)| usize::from(e.slot) == slot).map(|(at, _)| at)
    }

    /// What the task's own write makes of its test: a claim, the same test on its own version, or the end of a claim.
    /// Whether the new version holds the place for the run.
    pub(super) fn settle_entry(&mut self, path: &mut Path, task: usize, slot: usize, reg: &Reg) -> bool {
        if !self.table.definitions.claims {
            return false;
        }
        let Some(at) = self.live_on(&path.s, task, slot) else { return false };
        let next = path.s.slots[slot].cur + 1;
        let entry = path.s.entries[at];
        let again = self.holds(entry.phi, reg.val);
        if again == Some(entry.outcome) && entry.claim {
            path.s.entries.retain(|e| !(usize::from(e.task) == task && usize::from(e.slot) == slot));
            return false;
        }
        let e = &mut path.s.entries[at];
        e.version = next;
        e.seen = reg.val;
        e.acted = 0;
        if again != Some(entry.outcome) {
            e.claim = true;
            e.strong |= again == Some(!entry.outcome);
        }
        e.strong && self.values.truthy(reg.val) == Some(true)
    }

    /// An exclusive create that worked is a test and a claim at once.
    pub(super) fn claim_created(&mut self, path: &mut Path, task: usize, slot: usize, val: V) {
        let pending = path.s.pending.iter().any(|p| usize::from(p.task) == task && usize::from(p.slot) == slot);
        let s = &mut path.s.slots[slot];
        let version = s.cur + u8::from(pending);
        if !pending {
            s.created = true;
            s.claimed = true;
        }
        let site = self.program.instr(path.s.tasks[task].pc).site.0;
        path.s.entries.push(Entry {
            task: task as u8,
            slot: slot as u8,
            version,
            phi: Phi::Absent,
            outcome: true,
            claim: true,
            strong: true,
            created: true,
            acted: 0,
            seen: val,
            until: EXIT,
            site,
        });
    }

    /// The place whose plain, unclaimed test the task stands under.
    pub(super) fn plain_test(&self, s: &State, task: usize) -> u8 {
        let found = self.live(s, task).find(|(_, e)| !e.claim && usize::from(e.slot) < self.program.layout.shared);
        found.map_or(super::store::NEVER, |(_, e)| e.slot)
    }
}

/// A test without its negations, and whether there was an odd number.
fn strip(mut test: &Check) -> (&Check, bool) {
    let mut negated = false;
    while let Check::Not(inner) = test {
        negated = !negated;
        test = inner;
    }
    (test, negated)
}

fn assume(s: &mut State, id: u32, truth: bool) {
    let at = s.assumed.partition_point(|a| a.0 < id);
    s.assumed.insert(at, (id, truth));
}
