//! Rows: what functions do to tables and keys outside the program, as far as the models of the libraries tell.
//!
//! A [`Trace`] is what one function does, through its helpers, in the order of the text: which table, which kind of
//! access, by which keys, in which transaction. Rules look for what belongs together in it, and lay the few steps that
//! matter out for the explorer (`play`). This room must never know a parser, a rule or an output.

mod access;
mod chain;
mod conditions;
mod deps;
mod flow;
mod frame;
mod handles;
pub mod play;
mod record;
pub mod relate;
mod sql;
mod trace;
mod value;
mod words;

pub use access::Column;
pub use deps::{Dep, Through};
pub use flow::Found;
pub use record::{Access, Handle, Pos, Trace, Transaction};
pub use value::{Origin, Sym};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::facts::{Callee, Elem, FileFacts, FileId, Root, StepKind};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use trace::Tracer;
use value::Values;

/// How deep helpers are followed.
const INLINE: usize = 3;

/// The traces of all functions that reach rows or keys.
#[derive(Default)]
pub struct Rows {
    pub traces: Vec<(FunctionId, Trace)>,
}

/// What is worth looking at in this program.
struct Active<'p> {
    program: &'p Program,
    /// Libraries that the program uses.
    libraries: Vec<usize>,
    /// Of these, those that a file names itself, by file.
    named: Vec<Vec<usize>>,
    ambient: Vec<bool>,
    /// Functions that make a call which some library's line begins with, by themselves or through others.
    touching: FxHashSet<FunctionId>,
}

impl Rows {
    pub fn of(program: &Program) -> Rows {
        let active = Active::of(program);
        if active.libraries.is_empty() {
            return Rows::default();
        }
        let traces =
            (0..program.files.len() as u32).into_par_iter().flat_map_iter(|file| active.file(FileId(file))).collect();
        Rows { traces }
    }

    /// The trace that begins with this function.
    pub fn of_function(&self, id: FunctionId) -> Option<&Trace> {
        let at = self.traces.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&self.traces[at].1)
    }
}

impl<'p> Active<'p> {
    fn of(program: &'p Program) -> Active<'p> {
        let by_file: Vec<Vec<&str>> = program.files.iter().map(|source| packages(&source.facts)).collect();
        let mut packages = by_file.concat();
        packages.sort_unstable();
        packages.dedup();
        let all = &program.models.libraries;
        let uses = |name: &str, own: &[String]| own.iter().any(|own| crate::models::query::is_package(own, name));
        let names = |packages: &[&str], own: &[String]| packages.iter().any(|package| uses(package, own));
        let used = |at: &usize| all[*at].packages.is_empty() || names(&packages, &all[*at].packages);
        let libraries: Vec<usize> = (0..all.len()).filter(used).collect();
        let named_in =
            |file: &Vec<&str>| libraries.iter().copied().filter(|at| names(file, &all[*at].packages)).collect();
        let named = by_file.iter().map(named_in).collect();
        let ambient = all.iter().map(|library| names(&packages, &library.ambient)).collect();
        let mut active = Active { program, libraries, named, ambient, touching: FxHashSet::default() };
        active.touching = active.find_touching();
        active
    }

    /// The libraries, first those that this file names: another one may have calls of the same names.
    fn as_seen_from(&self, file: FileId) -> impl Iterator<Item = usize> {
        let named = &self.named[file.index()];
        let others = self.libraries.iter().filter(|library| !named.contains(library));
        named.iter().chain(others).copied()
    }

    fn is_ambient(&self, library: usize) -> bool {
        self.ambient[library]
    }

    fn touches(&self, id: FunctionId) -> bool {
        self.touching.contains(&id)
    }

    fn find_touching(&self) -> FxHashSet<FunctionId> {
        let program = self.program;
        let direct: Vec<FunctionId> = program.functions().filter(|id| self.calls_a_library(*id)).collect();
        let mut touching: FxHashSet<FunctionId> = direct.into_iter().collect();
        for _ in 0..=INLINE {
            let more: Vec<FunctionId> =
                program.functions().filter(|id| !touching.contains(id) && self.calls_one_of(*id, &touching)).collect();
            touching.extend(more);
        }
        touching
    }

    fn calls_a_library(&self, id: FunctionId) -> bool {
        let function = self.program.function(id);
        let known = |name: &str| {
            let name = crate::names::Name::new(name.rsplit("::").next().unwrap_or_default());
            self.libraries.iter().any(|library| !self.program.models.libraries[*library].heads(name).is_empty())
        };
        function.blocks.iter().flat_map(|block| &block.steps).any(|step| match &step.kind {
            StepKind::Call {
                callee: Callee::Place(place) | Callee::Optional(place) | Callee::Tag(place) | Callee::New(place),
                ..
            } => {
                matches!(function.places[place.index()].path.last(), Some(Elem::Field(name)) if known(name))
            }
            StepKind::Call { callee: Callee::Macro(name), .. } => known(name),
            _ => false,
        })
    }

    fn calls_one_of(&self, id: FunctionId, touching: &FxHashSet<FunctionId>) -> bool {
        let inside = |ix: u32| touching.contains(&FunctionId { file: id.file, ix: crate::facts::FunctionIx(ix) });
        let own = self.program.facts(id.file).functions.iter().enumerate();
        let mut closures = own.filter(|(_, inner)| inner.outer == Some(id.ix));
        closures.any(|(ix, _)| inside(ix as u32))
            || self.program.body(id).blocks.iter().flatten().any(|op| match &op.kind {
                OpKind::Call { target, .. } => touching.contains(target),
                OpKind::Run { callee, .. } => callee.target().is_some_and(|target| touching.contains(&target)),
                _ => false,
            })
    }

    fn file(&self, file: FileId) -> Vec<(FunctionId, Trace)> {
        let facts = self.program.facts(file);
        if facts.test || runs_once(&self.program.files[file.index()].path) {
            return Vec::new();
        }
        let values = Values::new(self.program);
        let ids = (0..facts.functions.len() as u32).map(|ix| FunctionId { file, ix: crate::facts::FunctionIx(ix) });
        let roots = ids.filter(|id| !self.program.function(*id).test && self.touches(*id));
        let mut traces: Vec<(FunctionId, Trace)> = roots
            .map(|id| (id, Tracer::run(&values, self, id)))
            .filter(|(_, trace)| !trace.accesses.is_empty())
            .collect();
        // What runs as a part of another function is told there.
        let entered: FxHashSet<FunctionId> =
            traces.iter().flat_map(|(_, trace)| trace.entered.iter().copied()).collect();
        traces.retain(|(id, _)| !entered.contains(id));
        traces
    }
}

/// Migrations, seeds, one-off scripts and what tests are made of run alone.
fn runs_once(path: &str) -> bool {
    let once = [
        "migrations",
        "migration",
        "migrate",
        "seeds",
        "seed",
        "seeders",
        "scripts",
        "fixtures",
        "benches",
        "benchmarks",
        "examples",
        "example",
        "e2e",
        "test",
        "tests",
        "testing",
        "testutil",
        "factories",
        "mocks",
    ];
    let stem = |part: &str| part.split('.').next().unwrap_or_default().to_owned();
    let tests = |part: &str| part.starts_with("cypress") || part.starts_with("playwright");
    path.split('/')
        .map(stem)
        .any(|part| once.contains(&part.as_str()) || tests(&part) || crate::names::words(&part).any(is_of_once))
}

/// `seed-users`, `backgroundMigrations`, `__e2e__`.
fn is_of_once(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "seed" | "seeds" | "migration" | "migrations" | "backfill" | "populate" | "e2e")
}

/// The packages and crates that a file names.
fn packages(facts: &FileFacts) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = facts.imports.iter().map(|import| import.from.as_str()).collect();
    for place in facts.functions.iter().flat_map(|function| &function.places) {
        if let (Root::Global | Root::Module, Some(Elem::Field(name))) = (place.root, place.path.first())
            && name.contains("::")
        {
            found.push(name.as_str());
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
