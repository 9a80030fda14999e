//! Abstract values, kept once each: two values are the same exactly when they have the same derivation. Also the sets of
//! versions that values rest on, and what can be said of a value without choosing.

use rustc_hash::FxHashMap;

use super::store::Reg;

/// A value, by its number in [`Values`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct V(pub(super) u32);

impl V {
    pub(super) const ABSENT: V = V(0);
    pub(super) const FALSE: V = V(1);
    pub(super) const TRUE: V = V(2);
    /// Zero, the empty string, the empty collection.
    pub(super) const ZERO: V = V(3);

    pub(super) fn of_bool(b: bool) -> V {
        if b { V::TRUE } else { V::FALSE }
    }
}

/// A set of versions (`slot << 8 | version`), by its number in [`Values`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct Data(pub(super) u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Thing {
    Object,
    Resource,
    Promise,
}

pub(super) const NO_RUN: u8 = u8::MAX;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Kind {
    Absent,
    Bool(bool),
    Const(u32),
    /// Made by this task at this node: like no other.
    Fresh {
        task: u32,
        node: u32,
        what: Thing,
    },
    /// Made afresh, yet interchangeable with every other of the same origin.
    Plain {
        site: u32,
    },
    Count {
        base: V,
        k: i64,
    },
    /// A collection and what was added to it, in no order.
    Bag {
        base: V,
        items: Box<[V]>,
    },
    /// Computed by nobody knows what; `run` if the run's own arguments had a part in it.
    Term {
        site: u32,
        run: u8,
        of: Box<[V]>,
    },
    Instant(i64),
    Unknown {
        task: u32,
        node: u32,
    },
    /// What a place held before any run started.
    Initial(u32),
}

/// Something a schedule decides once and then keeps.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Choice {
    Truthy(V),
    Absent(V),
    Equals(V, V),
    Less(V, V),
    Unknown { site: u32, run: u8, of: Box<[V]> },
}

#[derive(Default)]
pub(super) struct Values {
    kinds: Vec<Kind>,
    index: FxHashMap<Kind, V>,
    sets: Vec<Box<[u32]>>,
    set_index: FxHashMap<Box<[u32]>, Data>,
    choices: Vec<Choice>,
    choice_index: FxHashMap<Choice, u32>,
    tasks: FxHashMap<(u32, u32), u32>,
}

impl Values {
    pub(super) fn new() -> Values {
        let mut values = Values::default();
        for kind in [Kind::Absent, Kind::Bool(false), Kind::Bool(true), Kind::Const(0)] {
            values.make(kind);
        }
        values.set(&[]);
        values
    }

    pub(super) fn make(&mut self, kind: Kind) -> V {
        if let Some(v) = self.index.get(&kind) {
            return *v;
        }
        let v = V(self.kinds.len() as u32);
        self.kinds.push(kind.clone());
        self.index.insert(kind, v);
        v
    }

    /// How many there are: each has a number below this.
    pub(super) fn count(&self) -> usize {
        self.kinds.len()
    }

    pub(super) fn kind(&self, v: V) -> &Kind {
        &self.kinds[v.0 as usize]
    }

    pub(super) fn is_promise(&self, v: V) -> bool {
        matches!(self.kind(v), Kind::Fresh { what: Thing::Promise, .. })
    }

    pub(super) fn is_fresh(&self, v: V) -> bool {
        matches!(self.kind(v), Kind::Fresh { .. })
    }

    /// Something that one run made or asked for has a part in it: no other run comes to it by itself.
    pub(super) fn is_of_one_run(&self, v: V) -> bool {
        self.any_part(v, |part| match self.kind(part) {
            Kind::Fresh { .. } | Kind::Unknown { .. } => Some(true),
            Kind::Term { run, .. } if *run != NO_RUN => Some(true),
            _ => None,
        })
    }

    /// Is it like that, or something that it is made of? `None`: ask what is inside. Each is asked once.
    fn any_part(&self, v: V, is: impl Fn(V) -> Option<bool>) -> bool {
        let (mut todo, mut seen) = (vec![v], Vec::new());
        while let Some(v) = todo.pop() {
            match is(v) {
                Some(true) => return true,
                None if !seen.contains(&v) => seen.push(v),
                _ => continue,
            }
            match self.kind(v) {
                Kind::Term { of, .. } => todo.extend(of),
                Kind::Bag { base, items } => {
                    todo.push(*base);
                    todo.extend(items);
                }
                _ => {}
            }
        }
        false
    }

    /// Written by nobody's computation: a constant, or nothing at all.
    pub(super) fn is_constant(&self, v: V) -> bool {
        matches!(self.kind(v), Kind::Absent | Kind::Bool(_) | Kind::Const(_) | Kind::Plain { .. } | Kind::Instant(_))
    }

    /// The value, known to be something: it holds what it was made of.
    pub(super) fn made(&mut self, of: V) -> V {
        self.make(Kind::Bag { base: of, items: Box::default() })
    }

    pub(super) fn plus(&mut self, base: V, k: i64) -> V {
        let (base, k) = match self.kind(base) {
            Kind::Count { base, k: before } => (*base, before + k),
            _ => (base, k),
        };
        if k == 0 { base } else { self.make(Kind::Count { base, k }) }
    }

    /// The collection `base` with one more item.
    pub(super) fn added(&mut self, base: V, item: V) -> V {
        let (base, mut items) = match self.kind(base) {
            Kind::Bag { base, items } => (*base, items.to_vec()),
            _ => (base, Vec::new()),
        };
        let at = items.partition_point(|i| *i <= item);
        items.insert(at, item);
        self.make(Kind::Bag { base, items: items.into() })
    }

    pub(super) fn removed(&mut self, base: V, item: V, site: u32) -> V {
        match self.kind(base).clone() {
            Kind::Bag { base, items } if items.contains(&item) => {
                let mut items = items.to_vec();
                items.remove(items.partition_point(|i| *i < item));
                if items.is_empty() { base } else { self.make(Kind::Bag { base, items: items.into() }) }
            }
            _ => self.make(Kind::Term { site, run: NO_RUN, of: [base, item].into() }),
        }
    }

    /// The number of a task that was started at `node` by `parent`.
    pub(super) fn child(&mut self, parent: u32, node: u32) -> u32 {
        let next = 64 + self.tasks.len() as u32;
        *self.tasks.entry((parent, node)).or_insert(next)
    }

    pub(super) fn set(&mut self, items: &[u32]) -> Data {
        if let Some(d) = self.set_index.get(items) {
            return *d;
        }
        let d = Data(self.sets.len() as u32);
        self.sets.push(items.into());
        self.set_index.insert(items.into(), d);
        d
    }

    pub(super) fn one(&mut self, slot: usize, version: u8) -> Data {
        self.set(&[(slot as u32) << 8 | u32::from(version)])
    }

    pub(super) fn union(&mut self, a: Data, b: Data) -> Data {
        if a == b || b == Data(0) {
            return a;
        }
        if a == Data(0) {
            return b;
        }
        let mut items = [&self.sets[a.0 as usize][..], &self.sets[b.0 as usize][..]].concat();
        items.sort_unstable();
        items.dedup();
        self.set(&items)
    }

    /// The versions in a set, as (slot, version).
    pub(super) fn versions(&self, data: Data) -> impl Iterator<Item = (usize, u8)> + '_ {
        self.sets[data.0 as usize].iter().map(|i| ((i >> 8) as usize, (i & 0xff) as u8))
    }

    pub(super) fn choice(&mut self, choice: Choice) -> u32 {
        if let Some(c) = self.choice_index.get(&choice) {
            return *c;
        }
        let c = self.choices.len() as u32;
        self.choices.push(choice.clone());
        self.choice_index.insert(choice, c);
        c
    }

    pub(super) fn choice_of(&self, id: u32) -> &Choice {
        &self.choices[id as usize]
    }

    // ---- what can be said without choosing ----

    pub(super) fn truthy(&self, v: V) -> Option<bool> {
        match self.kind(v) {
            Kind::Absent | Kind::Bool(false) | Kind::Const(0) => Some(false),
            Kind::Bool(true) | Kind::Const(_) | Kind::Fresh { .. } | Kind::Plain { .. } | Kind::Instant(_) => {
                Some(true)
            }
            Kind::Count { base, .. } if *base == V::ZERO => Some(true),
            Kind::Bag { .. } => Some(true),
            Kind::Count { .. } | Kind::Term { .. } | Kind::Unknown { .. } | Kind::Initial(_) => None,
        }
    }

    pub(super) fn absent(&self, v: V) -> Option<bool> {
        match self.kind(v) {
            Kind::Absent => Some(true),
            Kind::Term { .. } | Kind::Unknown { .. } | Kind::Initial(_) => None,
            _ => Some(false),
        }
    }

    pub(super) fn equals(&self, a: V, b: V) -> Option<bool> {
        if a == b {
            return Some(true);
        }
        if a == V::ABSENT {
            return self.absent(b);
        }
        if b == V::ABSENT {
            return self.absent(a);
        }
        match (self.kind(a), self.kind(b)) {
            (Kind::Count { base: x, .. }, Kind::Count { base: y, .. }) if x == y => Some(false),
            (Kind::Count { base, .. }, _) if *base == b => Some(false),
            (_, Kind::Count { base, .. }) if *base == a => Some(false),
            (Kind::Count { .. }, Kind::Const(_)) | (Kind::Const(_), Kind::Count { .. }) => None,
            (Kind::Bag { .. }, Kind::Const(0)) | (Kind::Const(0), Kind::Bag { .. }) => Some(false),
            (Kind::Fresh { .. }, Kind::Initial(_)) | (Kind::Initial(_), Kind::Fresh { .. }) => Some(false),
            (x, y) if x.is_open() || y.is_open() => None,
            _ => Some(false),
        }
    }

    pub(super) fn less(&self, a: V, b: V) -> Option<bool> {
        if a == b {
            return Some(false);
        }
        match (self.kind(a), self.kind(b)) {
            (Kind::Instant(x), Kind::Instant(y)) => Some(x < y),
            (Kind::Count { base: x, k }, Kind::Count { base: y, k: l }) if x == y => Some(k < l),
            (Kind::Count { base, k }, _) if *base == b => Some(*k < 0),
            (_, Kind::Count { base, k }) if *base == a => Some(*k > 0),
            _ => None,
        }
    }

    /// Whether `inner` can be got at through `v`.
    pub(super) fn contains(&self, v: V, inner: V) -> bool {
        // What is made of others comes after them.
        self.any_part(v, |part| match part.cmp(&inner) {
            std::cmp::Ordering::Equal => Some(true),
            std::cmp::Ordering::Less => Some(false),
            std::cmp::Ordering::Greater => None,
        })
    }

    /// All of these registers together: what they rest on.
    pub(super) fn together(&mut self, regs: &[Reg]) -> Reg {
        let mut all = Reg::default();
        for reg in regs {
            all.data = self.union(all.data, reg.data);
            all.tickets |= reg.tickets;
            all.varies |= reg.varies;
        }
        all
    }
}

impl Kind {
    fn is_open(&self) -> bool {
        matches!(
            self,
            Kind::Term { .. } | Kind::Unknown { .. } | Kind::Initial(_) | Kind::Bag { .. } | Kind::Count { .. }
        )
    }
}
