//! Uses: where the program reads and writes each file that it knows by a name of its own. This room must never know a rule.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::assemble::SiteInfo;
use crate::link::Program;
use crate::link::bind::{FileStep, OpKind};
use crate::link::loc::{Base, Loc, Owner, Seg, SharedKey};
use crate::models::FileWhat;

#[derive(Default)]
pub struct Uses {
    readers: FxHashMap<SharedKey, SiteInfo>,
    written: FxHashSet<SharedKey>,
}

impl Uses {
    pub fn of(program: &Program) -> Uses {
        let mut uses = Uses::default();
        for id in program.functions().filter(|id| !program.function(*id).test) {
            for op in program.body(id).blocks.iter().flatten() {
                if let OpKind::Act { file: Some(step), .. } = &op.kind {
                    uses.add(step, SiteInfo { function: id, span: op.span, called_at: None });
                }
            }
        }
        uses
    }

    fn add(&mut self, step: &FileStep, site: SiteInfo) {
        match step.what {
            FileWhat::Read => {
                let key = step.at.key();
                if is_known_to_all(&key) {
                    self.readers.entry(key).or_insert(site);
                }
            }
            FileWhat::Write | FileWhat::Create | FileWhat::Append | FileWhat::Open => {
                self.written.insert(step.at.key());
            }
            FileWhat::Rename | FileWhat::Copy => self.written.extend(step.to.as_ref().map(Loc::key)),
            _ => {}
        }
    }

    /// Where the file is read, by a name that more than one function knows.
    pub fn reader(&self, file: &SharedKey) -> Option<SiteInfo> {
        self.readers.get(file).copied()
    }

    /// Does the program keep something there: a file of its own naming that it writes and reads again?
    pub fn is_kept(&self, file: &SharedKey) -> bool {
        self.readers.contains_key(file) && self.written.contains(file)
    }
}

/// Do other functions mean the same file by this name?
fn is_known_to_all(file: &SharedKey) -> bool {
    !matches!(file.owner, Owner::Base(Base::Param(..) | Base::Value(..) | Base::Local(..)))
}

/// Does the program itself choose the name: a field, a constant, or a last part that is written in the code?
pub fn is_named_here(file: &SharedKey) -> bool {
    let mut way = file.path.iter().rev().filter(|seg| !matches!(seg, Seg::Content));
    is_known_to_all(file) || matches!(way.next(), Some(Seg::Part(_)))
}
