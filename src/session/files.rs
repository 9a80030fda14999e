//! Files: what each file comes to by itself, kept by its text.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::cache::Cache;
use crate::finding::FileId;
use crate::link::SourceFacts;
use crate::lower::remarks::Remark;
use crate::notes::Notes;
use crate::source::{SourceFile, Sources};
use crate::stages::{self, Lowered, Progress};

/// What was worked out of each file last, by its path from the root.
#[derive(Default)]
pub(super) struct Files {
    known: FxHashMap<String, Known>,
}

struct Known {
    /// The file as it was then.
    file: Arc<SourceFile>,
    tests: bool,
    lowered: Lowered,
}

/// All files, in their order.
pub(super) struct All {
    pub(super) facts: Vec<SourceFacts>,
    /// Of the files that have any.
    pub(super) remarks: Vec<(FileId, Arc<[Remark]>)>,
}

impl Files {
    /// Lowers what is not known yet.
    pub(super) fn lower(
        &mut self,
        sources: &Sources,
        tests: impl Fn(&SourceFile) -> bool + Sync,
        (progress, cache): (&Progress, Option<&Cache>),
        notes: &mut Notes,
    ) -> All {
        progress.expect(sources.files().len());
        let known = &self.known;
        let lowered: Vec<(bool, Lowered)> = sources
            .files()
            .par_iter()
            .map(|file| {
                let tests = tests(file);
                let lowered = known.get(&file.path).filter(|known| known.holds(file, tests));
                let lowered = lowered.map_or_else(|| stages::lower(file, tests, cache), |known| known.lowered.clone());
                progress.step();
                (tests, lowered)
            })
            .collect();
        let mut all = All { facts: Vec::with_capacity(lowered.len()), remarks: Vec::new() };
        let mut next = FxHashMap::default();
        for (index, (file, (tests, lowered))) in sources.files().iter().zip(lowered).enumerate() {
            let facts = Arc::clone(&lowered.facts);
            all.facts.push(SourceFacts { path: file.path.clone(), text: Arc::clone(&file.text), facts });
            if !lowered.remarks.is_empty() {
                all.remarks.push((FileId(index as u32), Arc::clone(&lowered.remarks)));
            }
            notes.merge(lowered.notes.clone());
            next.insert(file.path.clone(), Known { file: Arc::clone(file), tests, lowered });
        }
        self.known = next;
        all
    }
}

impl Known {
    fn holds(&self, file: &Arc<SourceFile>, tests: bool) -> bool {
        let same = |a: &SourceFile, b: &SourceFile| {
            a.text == b.text && a.kind == b.kind && a.test == b.test && a.shown == b.shown
        };
        self.tests == tests && (Arc::ptr_eq(&self.file, file) || same(&self.file, file))
    }
}
