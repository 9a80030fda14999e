//! Again: a program is linked once more after some of its files have changed. What a file's functions come to rests on
//! the file, on the shape of the others and on what the functions that it calls return: while all three are as they
//! were, so is the rest.

use std::cell::RefCell;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::bind::{self, Body};
use super::ids::FileId;
use super::modules::Modules;
use super::{Program, ROUNDS, SourceFacts, shape};
use crate::models::Models;

/// What one linking leaves for the next.
pub struct Kept {
    files: Vec<SourceFacts>,
    modules: Arc<Modules>,
    models: Arc<Models>,
    rounds: Vec<Vec<Bound>>,
}

/// A file after one round of binding.
#[derive(Clone)]
pub(super) struct Bound {
    pub(super) bodies: Arc<Vec<Body>>,
    /// The files whose functions' results were looked at.
    asked: Arc<[FileId]>,
    /// Some function returns another thing than after the round before.
    moved: bool,
}

impl Kept {
    /// The meaning of names, if nothing that it rests on has changed.
    pub(super) fn modules(&self, files: &[SourceFacts], models: &Arc<Models>) -> Option<Arc<Modules>> {
        let same = self.files.len() == files.len()
            && Arc::ptr_eq(&self.models, models)
            && self
                .files
                .iter()
                .zip(files)
                .enumerate()
                .all(|(index, (old, new))| old.path == new.path && shape::is_same(FileId(index as u32), old, new));
        same.then(|| Arc::clone(&self.modules))
    }
}

/// Binds all files, round by round; `before` holds for the same modules.
pub(super) fn bind(program: &mut Program, before: Option<&Kept>) -> Kept {
    let files = program.files.len();
    let is_new =
        |file: usize| before.is_none_or(|kept| !Arc::ptr_eq(&kept.files[file].facts, &program.files[file].facts));
    let new: Vec<bool> = (0..files).map(is_new).collect();
    let mut rounds: Vec<Vec<Bound>> = Vec::new();
    for number in 0..=ROUNDS {
        let round = Round { program, new: &new, last: rounds.last(), before, number };
        let turned = round.turned();
        let bound: Vec<Bound> =
            (0..files as u32).into_par_iter().map(|file| round.file(FileId(file), &turned)).collect();
        program.bodies = bound.iter().map(|bound| Arc::clone(&bound.bodies)).collect();
        let moved = number == 0 || bound.iter().any(|bound| bound.moved);
        rounds.push(bound);
        if !moved {
            break;
        }
    }
    let (modules, models) = (Arc::clone(&program.modules), Arc::clone(&program.models));
    Kept { files: program.files.clone(), modules, models, rounds }
}

/// One round in the making.
struct Round<'a> {
    program: &'a Program,
    /// Files that are not what they were.
    new: &'a [bool],
    last: Option<&'a Vec<Bound>>,
    before: Option<&'a Kept>,
    number: usize,
}

impl Round<'_> {
    /// The files that others see in another light than in the same round before: what their functions return is another
    /// thing. Of a Rust file its callers also look at what its functions let go.
    fn turned(&self) -> Vec<bool> {
        let Some(before) = self.before else { return vec![true; self.new.len()] };
        let turned = |file: usize| {
            let seen = self.new[file] && self.program.is_rust(FileId(file as u32));
            let Some(last) = self.last else { return seen };
            let Some(old) = before.rounds.get(self.number - 1) else { return true };
            seen || !Arc::ptr_eq(&old[file].bodies, &last[file].bodies)
                && returns_differ(&old[file].bodies, &last[file].bodies)
        };
        (0..self.new.len()).map(turned).collect()
    }

    fn file(&self, file: FileId, turned: &[bool]) -> Bound {
        if let Some(known) = self.known(file, turned) {
            return known.clone();
        }
        let last = self.last.map(|last| &last[file.index()]);
        let (bodies, asked) = listen(|| match last {
            Some(last) if !self.program.is_told_more(file) => Arc::clone(&last.bodies),
            _ => Arc::new(bind::bind_file(self.program, file)),
        });
        let moved = last.is_some_and(|last| returns_differ(&last.bodies, &bodies));
        Bound { bodies, asked, moved }
    }

    /// What the same round gave before, if it would give the same now.
    fn known(&self, file: FileId, turned: &[bool]) -> Option<&Bound> {
        let before = self.before?;
        let known = &before.rounds.get(self.number)?[file.index()];
        let begun_alike = match self.last {
            None => !self.new[file.index()],
            Some(last) => Arc::ptr_eq(&before.rounds[self.number - 1][file.index()].bodies, &last[file.index()].bodies),
        };
        (begun_alike && !known.asked.iter().any(|asked| turned[asked.index()])).then_some(known)
    }
}

fn returns_differ(a: &[Body], b: &[Body]) -> bool {
    a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.returned != b.returned)
}

thread_local! {
    static ASKED: RefCell<Option<FxHashSet<FileId>>> = const { RefCell::new(None) };
}

/// Does the work, and says about which files something was asked on the way.
pub fn listen<T>(work: impl FnOnce() -> T) -> (T, Arc<[FileId]>) {
    ASKED.set(Some(FxHashSet::default()));
    let done = work();
    let mut asked: Vec<FileId> = ASKED.take().into_iter().flatten().collect();
    asked.sort_unstable();
    (done, asked.into())
}

/// Something is asked about a file.
pub(super) fn hear(file: FileId) {
    ASKED.with_borrow_mut(|asked| {
        if let Some(asked) = asked {
            asked.insert(file);
        }
    });
}
