//! Handles: what an access runs on: a transaction of the trace, somebody else's, a parameter, the open database.

use super::access::Reading;
use super::deps::Dep;
use super::record::{Handle, Transaction};
use super::trace::{Tracer, belongs};
use super::value::{Origin, Sym};
use crate::link::ids::FunctionId;
use crate::link::types::Ty;
use crate::names::Name;

impl<'p> Tracer<'_, 'p> {
    pub(super) fn handle(&self, library: usize, reading: &Reading<'p>) -> Handle {
        let models = &self.values.program.models.libraries[library];
        let mine = |id: &u64| self.trace.transactions.iter().find(|tx| tx.id == *id);
        if let Some(tx) = self.inside.iter().filter_map(mine).find(|tx| tx.ambient && tx.library == library) {
            return Handle::In(tx.id);
        }
        let through = |tx: &&Transaction| match tx.handle {
            Sym::At(origin @ Origin::Made(..), _) => reading.on_made.contains(&origin),
            _ => false,
        };
        let found = self.trace.transactions.iter().rev().find(|tx| belongs(&reading.on, &tx.handle) || through(tx));
        if let Some(tx) = found.filter(|tx| tx.open || matches!(tx.handle, Sym::At(Origin::Made(..), _))) {
            return Handle::In(tx.id);
        }
        // What was made from a transaction is one: `repo.withTransaction(tx)`, `get_conn(pool)`.
        let derived = self.trace.transactions.iter().rev().find(|tx| match tx.handle {
            Sym::At(origin, _) => reading.on_deps.iter().any(|dep| dep.origin == origin),
            _ => false,
        });
        if let Some(tx) = derived.filter(|tx| !matches!(tx.handle, Sym::At(Origin::This | Origin::Name(_), _))) {
            return Handle::In(tx.id);
        }
        if reading.on_types.iter().any(|ty| models.transactions.contains(ty)) {
            return Handle::Given;
        }
        match &reading.on {
            Sym::Const(_) => Handle::Outer,
            // An option that nobody can read may be a transaction.
            Sym::Unknown | Sym::Parts(_) if reading.given => Handle::Given,
            Sym::At(origin, path) => {
                let name = path.last().copied().or(self.name_of(*origin));
                let called = |known: &Name| name.is_some_and(|name| name.eq_ignore_ascii_case(known));
                if reading.given && path.last().is_some() || models.named.iter().any(called) {
                    return Handle::Given;
                }
                let made_of = |dep: &Dep| match dep.origin {
                    Origin::Param(function, index) if function == self.root => Some(index),
                    _ => None,
                };
                match origin {
                    Origin::Param(function, index) if self.is_pool(library, *function, *index) => Handle::Outer,
                    Origin::Made(..) => match reading.on_deps.iter().filter_map(made_of).min() {
                        Some(index) => Handle::Lent(index),
                        None => Handle::Outer,
                    },
                    Origin::Param(function, index) if *function == self.root => Handle::Lent(*index),
                    // The parameter of a function around: whoever calls that knows.
                    Origin::Param(..) => Handle::Given,
                    _ => Handle::Outer,
                }
            }
            _ => Handle::Outer,
        }
    }

    pub(super) fn is_of_a_pool(&self, library: usize, reading: &Reading<'p>) -> bool {
        let pools = &self.values.program.models.libraries[library].pools;
        reading.on_types.last().is_some_and(|ty| pools.contains(ty))
    }

    /// Is the parameter something that gives out connections?
    fn is_pool(&self, library: usize, function: FunctionId, index: u16) -> bool {
        let program = self.values.program;
        let ty = program.pointee(&program.param_type(function, index));
        matches!(ty, Ty::Lib { name, .. } if program.models.libraries[library].pools.contains(&name))
    }

    fn name_of(&self, origin: Origin) -> Option<Name> {
        match origin {
            Origin::Param(function, index) => {
                self.values.program.function(function).params.get(usize::from(index)).map(|param| param.name)
            }
            Origin::Local(function, local) => {
                self.values.program.function(function).locals.get(local.index()).map(|local| local.name)
            }
            Origin::Name(name) => Some(name),
            Origin::This | Origin::Made(..) | Origin::Drawn => None,
        }
    }
}
