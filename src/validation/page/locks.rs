//! Locks: which lock is taken while which is held, drawn as a graph with its cycles marked, and the locks of one type by
//! the methods that take them. What is drawn stands in a table, too.

use std::f64::consts::TAU;

use maud::{Markup, html};

use super::place;
use crate::report::{clean, counted};
use crate::validation::document::{EdgeReport, LockReport, TableReport};

/// More locks than this are no drawing any more: those in cycles are drawn, and the first of the others.
const DRAWN: usize = 24;
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 420.0;

pub(super) fn section(locks: &LockReport) -> Markup {
    if locks.locks.is_empty() && locks.tables.is_empty() {
        return html! {};
    }
    let cycles = locks.edges.iter().filter(|edge| edge.cycle).count();
    html! {
        section aria-labelledby="locks" {
            h2 #locks { "Locks" }
            @if !locks.edges.is_empty() {
                p {
                    (counted(locks.edges.len(), "order")) " of two locks: which is taken while which is held. "
                    @if cycles == 0 { "No way leads back: no two runs wait for each other." }
                    @else { strong { (cycles) " of them" } " lie on a cycle." }
                }
                (graph(locks))
                (orders(locks))
            }
            @for table in &locks.tables { (matrix(table)) }
        }
    }
}

/// The numbers of the locks that are drawn.
fn drawn(locks: &LockReport) -> Vec<usize> {
    let mut drawn: Vec<usize> = Vec::new();
    let mut edges: Vec<&EdgeReport> = locks.edges.iter().collect();
    edges.sort_by_key(|edge| !edge.cycle);
    for lock in edges.iter().flat_map(|edge| [edge.held, edge.taken]) {
        if drawn.len() < DRAWN && !drawn.contains(&lock) {
            drawn.push(lock);
        }
    }
    drawn
}

fn graph(locks: &LockReport) -> Markup {
    let drawn = drawn(locks);
    let point = |lock: usize| {
        let at = drawn.iter().position(|known| *known == lock)?;
        let turn = TAU * at as f64 / drawn.len() as f64 - TAU / 4.0;
        Some((WIDTH / 2.0 + 190.0 * turn.cos(), HEIGHT / 2.0 + 160.0 * turn.sin()))
    };
    html! {
        div.wide tabindex="0" role="group" aria-label="Graph of locks; the table below says the same" {
            svg.graph aria-hidden="true" focusable="false" width=(WIDTH) height=(HEIGHT) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
                @for edge in &locks.edges {
                    @if let (Some(from), Some(to)) = (point(edge.held), point(edge.taken)) { (arrow(from, to, edge.cycle)) }
                }
                @for (number, lock) in drawn.iter().enumerate() {
                    @if let Some((x, y)) = point(*lock) {
                        circle.lock cx=(x.round()) cy=(y.round()) r="12" {}
                        text x=(x.round()) y=((y + 4.0).round()) { (number + 1) }
                    }
                }
            }
        }
        ol.legend { @for lock in &drawn { li { code { (clean(&locks.locks[*lock])) } } } }
    }
}

/// A bent line, so that two opposite ones are two.
fn arrow((x1, y1): (f64, f64), (x2, y2): (f64, f64), cycle: bool) -> Markup {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = dx.hypot(dy).max(1.0);
    let (nx, ny) = (-dy / length, dx / length);
    let bend = ((x1 + x2) / 2.0 + nx * 26.0, (y1 + y2) / 2.0 + ny * 26.0);
    let (tx, ty) = (x2 - bend.0, y2 - bend.1);
    let reach = tx.hypot(ty).max(1.0);
    let (ux, uy) = (tx / reach, ty / reach);
    let tip = (x2 - ux * 14.0, y2 - uy * 14.0);
    let back = (tip.0 - ux * 9.0, tip.1 - uy * 9.0);
    let class = if cycle { "cycle" } else { "order" };
    html! {
        path class=(class) d={ "M" (x1.round()) " " (y1.round()) "Q" (bend.0.round()) " " (bend.1.round()) " " (back.0.round()) " " (back.1.round()) } {}
        path class={ "tip " (class) } d={
            "M" (tip.0.round()) " " (tip.1.round()) "L" ((back.0 - uy * 5.0).round()) " " ((back.1 + ux * 5.0).round())
            "L" ((back.0 + uy * 5.0).round()) " " ((back.1 - ux * 5.0).round()) "z"
        } {}
    }
}

fn orders(locks: &LockReport) -> Markup {
    html! {
        details open[locks.edges.len() <= DRAWN] {
            summary { "The orders as a table" }
            div.wide tabindex="0" role="group" aria-label="Orders of locks" {
                table {
                    thead { tr { @for word in ["Held", "Taken", "Where", "In", "Cycle"] { th scope="col" { (word) } } } }
                    tbody {
                        @for edge in &locks.edges {
                            tr {
                                td { code { (clean(&locks.locks[edge.held])) } }
                                td { code { (clean(&locks.locks[edge.taken])) } }
                                td { (place(&edge.at.path, edge.at.line)) @if edge.more > 0 { " and " (edge.more) " more" } }
                                td { (clean(&edge.scope)) }
                                td { @if edge.cycle { strong { "yes" } } @else { "no" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn matrix(table: &TableReport) -> Markup {
    html! {
        h3 { "Locks of " code { (clean(&table.unit)) } " " span.place { (clean(&table.path)) } }
        div.wide tabindex="0" role="group" aria-label={ "Locks of " (clean(&table.unit)) " by method" } {
            table.matrix {
                thead {
                    tr {
                        th scope="col" { "Method" }
                        @for lock in &table.locks { th scope="col" { code { (clean(lock)) } } }
                        th scope="col" { "Together" }
                    }
                }
                tbody {
                    @for row in &table.rows {
                        tr {
                            th scope="row" { (clean(&row.method)) ":" (row.line) }
                            @for cell in &row.cells { td class=[(!cell.is_empty()).then_some(cell)] { (cell) } }
                            td { @if row.apart { strong { "one after the other" } }
                                 @else if row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1 { "both at once" } }
                        }
                    }
                }
            }
        }
    }
}
