//! A model made ready to run: loops unrolled into a graph without cycles, with what the search asks of each node worked
//! out beforehand.

use super::access::{self, Access};
use super::asked;
use super::control;
use super::definitions::Definitions;
use super::model::{FlowId, Instr, LockId, Model, Op, PlaceId, World};
use super::unroll;

pub(super) type N = u32;
/// The end of a flow's code.
pub(super) const EXIT: N = u32::MAX;
/// A further round of a loop: the run ends here, unjudged.
pub(super) const CUT: N = u32::MAX - 1;
pub(super) const NONE: N = u32::MAX - 2;

pub(super) const MAX_NODES: usize = 20_000;
const MAX_SLOTS: usize = 200;

/// How a node stands to meeting points.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    /// Touches nothing that others see.
    Local,
    /// Touches what others see, in one stretch with its neighbours.
    Shared,
    /// Others may come in before it.
    Meeting,
    /// Before it and after it.
    Around,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) flow: u32,
    pub(super) pc: u32,
    /// Which copy of the instruction, counted in rounds of its loops.
    pub(super) round: u8,
    pub(super) next: N,
    /// Where a branch goes when it holds; where a started task begins.
    pub(super) alt: N,
    pub(super) err: N,
    /// Where a branch's arms meet again; `EXIT` if one of them leaves.
    pub(super) join: N,
    /// For a branch whose arms change nothing: where to go without asking.
    pub(super) skip: N,
    /// Runs in a started task.
    pub(super) child: bool,
    pub(super) class: Class,
    pub(super) live: Box<[u16]>,
    /// What may still be read and written from here on.
    pub(super) future: Access,
    /// What may be asked from here on; see `asked`.
    pub(super) asks: u128,
    /// An error here may be tried beside other runs: its handler does what the plain way does not.
    pub(super) telling: bool,
}

impl Node {
    pub(super) fn new(flow: u32, pc: u32, round: u8) -> Node {
        Node {
            flow,
            pc,
            round,
            next: NONE,
            alt: NONE,
            err: NONE,
            join: NONE,
            skip: NONE,
            child: false,
            class: Class::Local,
            live: Box::default(),
            future: Access::default(),
            asks: 0,
            telling: false,
        }
    }

    pub(super) fn successors_and_cuts(&self) -> impl Iterator<Item = N> {
        [self.next, self.alt, self.err].into_iter()
    }

    pub(super) fn successors(&self) -> impl Iterator<Item = N> {
        [self.next, self.alt, self.err].into_iter().filter(|n| *n < NONE)
    }
}

/// Where each place of each run is kept: shared ones first, then each run's own.
#[derive(Debug, Default)]
pub(super) struct Layout {
    slots: Vec<u8>,
    places: usize,
    pub(super) shared: usize,
    /// The place that each slot holds.
    pub(super) place_of: Vec<PlaceId>,
    pub(super) locks: usize,
    /// Promises are put where other runs can find them.
    pub(super) handed: bool,
}

impl Layout {
    fn new(model: &Model, runs: usize) -> Option<Layout> {
        let handed = access::hands_on_promises(model);
        let mut layout = Layout { places: model.places.len(), locks: model.locks.len(), handed, ..Layout::default() };
        let shared = |place: &PlaceId| is_shared(model, *place);
        let all = 0..model.places.len() as PlaceId;
        layout.place_of = all.clone().filter(shared).collect();
        layout.shared = layout.place_of.len();
        layout.slots = vec![0; runs.max(1) * model.places.len()];
        for run in 0..runs.max(1) {
            for place in all.clone() {
                let slot = match layout.place_of[..layout.shared].iter().position(|p| *p == place) {
                    Some(slot) => slot,
                    None => {
                        layout.place_of.push(place);
                        layout.place_of.len() - 1
                    }
                };
                layout.slots[run * model.places.len() + place as usize] = u8::try_from(slot).ok()?;
            }
        }
        let fits = layout.shared + layout.locks + 4 <= 128 && layout.place_of.len() <= MAX_SLOTS;
        fits.then_some(layout)
    }

    pub(super) fn slot(&self, run: usize, place: PlaceId) -> usize {
        usize::from(self.slots[run * self.places + place as usize])
    }

    /// A run's own places share one bit: only tasks of that run may meet there.
    pub(super) fn bit(&self, slot: usize) -> u128 {
        if slot < self.shared { 1 << slot } else { self.private() }
    }

    pub(super) fn access_bit(&self, place: PlaceId) -> u128 {
        match self.place_bit(place) {
            0 => self.private(),
            bit => bit,
        }
    }

    pub(super) fn private(&self) -> u128 {
        1 << (self.shared + self.locks + 3)
    }

    pub(super) fn place_bit(&self, place: PlaceId) -> u128 {
        match self.place_of[..self.shared].iter().position(|p| *p == place) {
            Some(slot) => 1 << slot,
            None => 0,
        }
    }

    pub(super) fn lock_bit(&self, lock: LockId) -> u128 {
        1 << (self.shared + lock as usize)
    }

    pub(super) fn promises(&self) -> u128 {
        if self.handed { 1 << (self.shared + self.locks) } else { self.private() }
    }

    pub(super) fn resources(&self) -> u128 {
        1 << (self.shared + self.locks + 1)
    }

    pub(super) fn clock(&self) -> u128 {
        1 << (self.shared + self.locks + 2)
    }
}

pub(super) fn is_shared(model: &Model, place: PlaceId) -> bool {
    let def = &model.places[place as usize];
    !def.own && (def.outside || model.world != World::Processes)
}

pub(super) struct Program<'m> {
    pub(super) model: &'m Model,
    pub(super) layout: Layout,
    pub(super) nodes: Vec<Node>,
    /// Where each flow begins; `NONE` for one that no lane runs.
    pub(super) entry: Vec<N>,
    /// Places that are only tested, joined or replaced.
    pub(super) coordination: Vec<bool>,
}

impl<'m> Program<'m> {
    /// `None`: more than the explorer takes on.
    pub(super) fn new(model: &'m Model, flows: &[FlowId], runs: usize, known: Definitions) -> Option<Program<'m>> {
        let mut program = Program {
            model,
            layout: Layout::new(model, runs)?,
            nodes: Vec::new(),
            entry: vec![NONE; model.flows.len()],
            coordination: access::coordination(model),
        };
        for flow in flows {
            if program.entry[*flow as usize] == NONE {
                program.add(*flow, known)?;
            }
        }
        Some(program)
    }

    fn add(&mut self, flow: FlowId, known: Definitions) -> Option<()> {
        let first = self.nodes.len() as u32;
        self.entry[flow as usize] = unroll::unroll(self.model, flow, &mut self.nodes)?;
        let order = control::order(&self.nodes, first as usize);
        control::joins(self.model, &mut self.nodes, &order);
        control::liveness(self.model, &mut self.nodes, &order, first);
        access::classify(self.model, &self.layout, &mut self.nodes, first as usize);
        access::futures(self.model, &self.layout, &mut self.nodes, &order, flow, known);
        asked::asks(self.model, &mut self.nodes, &order);
        control::slices(self.model, &mut self.nodes, first as usize);
        control::errors(self.model, &mut self.nodes, &order, first as usize);
        Some(())
    }

    pub(super) fn node(&self, n: N) -> &Node {
        &self.nodes[n as usize]
    }

    pub(super) fn instr(&self, n: N) -> &'m Instr {
        let node = self.node(n);
        &self.model.flows[node.flow as usize].code[node.pc as usize]
    }

    pub(super) fn op(&self, n: N) -> &'m Op {
        &self.instr(n).op
    }
}
