//! Locks: which is taken while which is held, as a graph with its cycles, and which methods of a type take which of its
//! locks.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::examine::order::{self, Order};
use crate::examine::sections::{self, Section};
use crate::finding::{FileId, Spot};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;
use crate::link::summary::KeyId;
use crate::rules;

use super::Checked;

#[derive(Default)]
pub(super) struct Locks {
    /// By number.
    pub(super) names: Vec<String>,
    pub(super) edges: Vec<Edge>,
    pub(super) tables: Vec<Table>,
}

/// `to` is taken while `from` is held.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Some way leads back.
    pub(super) cycle: bool,
    pub(super) scope: String,
    pub(super) first: Spot,
    pub(super) second: Spot,
    /// In how many more places.
    pub(super) more: usize,
}

/// The locks of one type, and who takes them.
pub(super) struct Table {
    pub(super) unit: String,
    pub(super) at: Spot,
    pub(super) locks: Vec<String>,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) method: String,
    pub(super) at: Spot,
    /// For each lock: nothing, `reads`, `writes`.
    pub(super) cells: Vec<&'static str>,
    /// More than one is taken, and not one under the other.
    pub(super) apart: bool,
}

impl Locks {
    pub(super) fn of(checked: &Checked<'_>) -> Locks {
        let program = checked.program;
        let reported = |file: FileId| checked.sources.file(file).reported;
        let mut locks = Locks { tables: tables(program), ..Locks::default() };
        locks.tables.retain(|table| reported(table.at.file));
        let order = Order::of(program);
        let mut graph: BTreeMap<(KeyId, KeyId), Vec<&order::Edge>> = BTreeMap::new();
        for edge in order.all().filter(|edge| reported(edge.id.file)) {
            graph.entry((edge.from, edge.to)).or_default().push(edge);
        }
        let mut numbers: BTreeMap<KeyId, usize> = BTreeMap::new();
        for (outer, inner) in graph.keys() {
            for key in [outer, inner] {
                numbers.entry(*key).or_insert_with(|| {
                    locks.names.push(program.keys().get(*key).show(program));
                    locks.names.len() - 1
                });
            }
        }
        for ((outer, inner), edges) in &graph {
            let Some(edge) = edges.first() else { continue };
            let spot = |span| Spot { file: edge.id.file, span };
            locks.edges.push(Edge {
                from: numbers[outer],
                to: numbers[inner],
                cycle: false,
                scope: rules::scope(program, edge.id),
                first: spot(edge.first),
                second: spot(edge.second),
                more: edges.len() - 1,
            });
        }
        locks.mark_cycles();
        locks
    }

    fn mark_cycles(&mut self) {
        let mut graph: DiGraph<(), ()> = DiGraph::new();
        let nodes: Vec<NodeIndex> = self.names.iter().map(|_| graph.add_node(())).collect();
        for edge in &self.edges {
            graph.add_edge(nodes[edge.from], nodes[edge.to], ());
        }
        for part in tarjan_scc(&graph).into_iter().filter(|part| part.len() > 1) {
            let inside: BTreeSet<usize> = part.into_iter().map(NodeIndex::index).collect();
            for edge in &mut self.edges {
                edge.cycle |= inside.contains(&edge.from) && inside.contains(&edge.to);
            }
        }
    }
}

fn tables(program: &Program) -> Vec<Table> {
    let mut tables = Vec::new();
    for (unit, functions) in sections::of_units(program) {
        let mut keys: Vec<SharedKey> = Vec::new();
        for section in functions.values().flatten() {
            let key = section.lock.key();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let rows: Vec<Row> = functions.iter().map(|(id, sections)| row(program, *id, sections, &keys)).collect();
        // A table says something where somebody takes two.
        if rows.iter().any(|row| row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1) {
            let facts = program.unit(unit);
            let at = rows.first().map(|row| row.at).unwrap_or(Spot { file: unit.file, span: Default::default() });
            let locks = keys.iter().map(|key| key.show(program)).collect();
            tables.push(Table { unit: facts.name.to_string(), at, locks, rows });
        }
    }
    tables
}

fn row(program: &Program, id: FunctionId, sections: &[Section], keys: &[SharedKey]) -> Row {
    let cell = |key: &SharedKey| {
        let mine: Vec<&Section> = sections.iter().filter(|section| section.lock.key() == *key).collect();
        match mine.iter().any(|section| section.writes()) {
            _ if mine.is_empty() => "",
            true => "writes",
            false => "reads",
        }
    };
    let cells: Vec<&'static str> = keys.iter().map(cell).collect();
    let several = cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
    let nested = sections.iter().any(|section| !section.under.is_empty());
    let at = Spot { file: id.file, span: program.function(id).name_span };
    Row { method: program.function(id).name.to_string(), at, cells, apart: several && !nested }
}
