//! Snapshot: what a program was, to tell later which of its files are still what they were.

use std::sync::Arc;

use super::Program;
use super::bind::Body;
use super::modules::Modules;
use super::summary::{KeyId, Summaries, Summary};
use crate::facts::FileFacts;
use crate::models::Models;

/// A program as it was once. It holds nothing that is not shared with the program.
pub struct Snapshot {
    modules: Arc<Modules>,
    models: Arc<Models>,
    files: Vec<(Arc<FileFacts>, Arc<Vec<Body>>)>,
    summaries: Summaries,
}

impl Snapshot {
    pub fn of(program: &Program) -> Snapshot {
        let files = program.files.iter().zip(&program.bodies);
        Snapshot {
            modules: Arc::clone(&program.modules),
            models: Arc::clone(&program.models),
            files: files.map(|(file, bodies)| (Arc::clone(&file.facts), Arc::clone(bodies))).collect(),
            summaries: program.summaries.clone(),
        }
    }

    /// By file: is everything that can be asked about it what it was? `None` if the names of the program mean other things
    /// now, so that nothing can be compared.
    pub fn same_files(&self, program: &Program) -> Option<Vec<bool>> {
        let (old, new) = (&self.summaries, &program.summaries);
        let comparable = Arc::ptr_eq(&self.modules, &program.modules)
            && Arc::ptr_eq(&self.models, &program.models)
            && self.files.len() == program.files.len()
            && old.released == new.released
            && old.exclusive == new.exclusive;
        if !comparable {
            return None;
        }
        let renamed = old.keys.renamed(&new.keys);
        let same = |file: usize| {
            let (facts, bodies) = &self.files[file];
            Arc::ptr_eq(facts, &program.files[file].facts)
                && Arc::ptr_eq(bodies, &program.bodies[file])
                && old.by_file[file].len() == new.by_file[file].len()
                && old.by_file[file]
                    .iter()
                    .zip(new.by_file[file].iter())
                    .all(|(a, b)| is_same(a, b, renamed.as_deref()))
        };
        Some((0..self.files.len()).map(same).collect())
    }
}

/// `renamed`: what the keys of the one are in the other, where that is not the same.
fn is_same(a: &Summary, b: &Summary, renamed: Option<&[Option<KeyId>]>) -> bool {
    let Some(renamed) = renamed else { return a == b };
    let key = |key: KeyId| renamed[key.0 as usize];
    let keys = |a: &[KeyId], b: &[KeyId]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| key(*a) == Some(*b));
    a.pauses == b.pauses
        && a.acts == b.acts
        && a.files == b.files
        && keys(&a.reads, &b.reads)
        && keys(&a.writes, &b.writes)
        && keys(&a.acquires, &b.acquires)
        && a.events.len() == b.events.len()
        && a.events.iter().zip(&b.events).all(|(a, b)| a.renamed(key) == Some(*b))
}
