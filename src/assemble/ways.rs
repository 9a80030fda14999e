//! Ways: how control goes through the code of a flow when nothing fails.

use petgraph::Direction;
use petgraph::algo::dominators::{Dominators, simple_fast};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Bfs, Reversed};

use crate::explore::model::{Instr, Pc};

pub(super) struct Ways {
    graph: DiGraph<(), ()>,
    meets: Dominators<NodeIndex>,
}

impl Ways {
    pub(super) fn of(code: &[Instr]) -> Ways {
        let end = code.len() as Pc;
        let edges = code.iter().enumerate().flat_map(|(pc, instr)| {
            let pc = pc as Pc;
            let (next, other) = instr.op.goes_on(pc);
            [Some(next.unwrap_or(end)), other].into_iter().flatten().map(move |to| (pc, to))
        });
        let mut graph: DiGraph<(), ()> = DiGraph::from_edges(edges);
        while graph.node_count() <= end as usize {
            graph.add_node(());
        }
        let meets = simple_fast(Reversed(&graph), NodeIndex::new(end as usize));
        Ways { graph, meets }
    }

    /// Where all ways from here come together, be it at the end.
    pub(super) fn meet(&self, at: Pc) -> Option<Pc> {
        self.meets.immediate_dominator(node(at)).map(pc)
    }

    /// Do all ways from here lead over there, before the end?
    pub(super) fn comes_to(&self, at: Pc, there: Pc) -> bool {
        let end = self.graph.node_count() as Pc - 1;
        there != end
            && self.meets.dominators(node(at)).is_some_and(|mut all| all.any(|on_the_way| pc(on_the_way) == there))
    }

    /// Everything between a fork and where its arms meet, without the two.
    pub(super) fn between(&self, at: Pc, meets: Pc) -> Vec<Pc> {
        let mut seen = vec![false; self.graph.node_count()];
        seen[at as usize] = true;
        seen[meets as usize] = true;
        let mut open: Vec<NodeIndex> = self.graph.neighbors(node(at)).collect();
        let mut region = Vec::new();
        while let Some(next) = open.pop() {
            if !std::mem::replace(&mut seen[next.index()], true) {
                region.push(pc(next));
                open.extend(self.graph.neighbors(next));
            }
        }
        region
    }

    /// Everything that can come from here on, this included; not the end.
    pub(super) fn from(&self, at: Pc) -> Vec<Pc> {
        let mut walk = Bfs::new(&self.graph, node(at));
        let all = std::iter::from_fn(|| walk.next(&self.graph)).map(pc);
        let end = self.graph.node_count() as Pc - 1;
        all.filter(|pc| *pc != end).collect()
    }

    /// Does nothing lead here?
    pub(super) fn is_entry(&self, at: Pc) -> bool {
        self.graph.neighbors_directed(node(at), Direction::Incoming).next().is_none()
    }

    /// Everything that may have been before.
    pub(super) fn before(&self, at: Pc) -> Vec<Pc> {
        let back = Reversed(&self.graph);
        let mut walk = Bfs::new(back, node(at));
        std::iter::from_fn(|| walk.next(back)).map(pc).filter(|pc| *pc != at).collect()
    }
}

fn node(pc: Pc) -> NodeIndex {
    NodeIndex::new(pc as usize)
}

fn pc(node: NodeIndex) -> Pc {
    node.index() as Pc
}
