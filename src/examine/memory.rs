//! Memory: what was examined of a program before, by what it rests on. What was looked at on the way is known; while none
//! of it has changed, the answer has not.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Examined;
use super::candidates::{self, Candidate};
use super::files::ExaminedFile;
use crate::link::ids::{FileId, FunctionId};
use crate::link::loc::SharedKey;
use crate::link::snapshot::Snapshot;
use crate::link::{Program, listen};

/// The files of one function.
type OfFunction = Arc<[Arc<ExaminedFile>]>;

/// Everything that was examined, and the program as it was then.
#[derive(Default)]
pub struct Memory {
    program: Option<Snapshot>,
    pairs: FxHashMap<Name, Answer<Option<Arc<Examined>>>>,
    files: FxHashMap<FunctionId, Answer<Option<OfFunction>>>,
}

/// What a question about a pair goes by.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) pair: candidates::Pair,
    pub(super) about: SharedKey,
    used: bool,
    ordered: bool,
}

type Asked = Vec<(candidates::Pair, Vec<SharedKey>)>;

#[derive(Clone)]
pub(super) struct Answer<T> {
    /// All that was asked: the pairs and their places, in their order.
    asked: Asked,
    rests_on: Arc<[FileId]>,
    pub(super) value: T,
}

/// What is still true of it.
pub(super) struct Recall<'m> {
    memory: &'m Memory,
    /// By file: it is what it was. Empty if nothing is.
    same: Vec<bool>,
}

/// What the next program may be told.
pub(super) type Pair = (Name, Answer<Option<Arc<Examined>>>);
pub(super) type Pairs = Vec<Pair>;
pub(super) type Files = Vec<(FunctionId, Answer<Option<OfFunction>>)>;

impl Memory {
    pub(super) fn recall(&self, program: &Program) -> Recall<'_> {
        let same = self.program.as_ref().and_then(|before| before.same_files(program));
        Recall { memory: self, same: same.unwrap_or_default() }
    }

    /// From now on this is what was examined.
    pub(super) fn keep(&mut self, program: &Program, pairs: Pairs, files: Files) {
        self.program = Some(Snapshot::of(program));
        self.pairs = pairs.into_iter().collect();
        self.files = files.into_iter().collect();
    }
}

impl Recall<'_> {
    fn holds<T>(&self, answer: &Answer<T>, asked: &[(candidates::Pair, Vec<SharedKey>)]) -> bool {
        answer.asked == asked
            && answer.rests_on.iter().all(|file| self.same.get(file.index()).copied().unwrap_or(false))
    }

    /// The answer about a pair; `shared` is not remembered.
    pub(super) fn pair(
        &self,
        program: &Program,
        candidate: &Candidate,
        shared: bool,
        examine: impl FnOnce() -> Option<Examined>,
    ) -> Pair {
        let key = |id: &crate::link::summary::KeyId| program.keys().get(*id).clone();
        let of = |candidate: &Candidate| (candidate.pair, candidate.keys.iter().map(key).collect());
        let asked: Asked = std::iter::once(candidate).chain(&candidate.lifted).map(of).collect();
        let Candidate { pair, used, ordered, .. } = *candidate;
        let name = Name { pair, about: key(&candidate.about), used, ordered };
        let fits = |value: &Option<Arc<Examined>>| value.as_ref().is_none_or(|known| known.shared == shared);
        let known = self.memory.pairs.get(&name).filter(|answer| self.holds(answer, &asked) && fits(&answer.value));
        let answer = known.cloned().unwrap_or_else(|| {
            let (value, rests_on) = listen(|| examine().map(Arc::new));
            Answer { asked, rests_on, value }
        });
        (name, answer)
    }

    /// The answer about the files that a function works on.
    pub(super) fn files(
        &self,
        id: FunctionId,
        examine: impl FnOnce() -> Option<Vec<ExaminedFile>>,
    ) -> (FunctionId, Answer<Option<OfFunction>>) {
        let known = self.memory.files.get(&id).filter(|answer| self.holds(answer, &[]));
        let answer = known.cloned().unwrap_or_else(|| {
            let (value, rests_on) = listen(|| examine().map(|files| files.into_iter().map(Arc::new).collect()));
            Answer { asked: Vec::new(), rests_on, value }
        });
        (id, answer)
    }
}
