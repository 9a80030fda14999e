//! Link: the facts of all files become one program, in which every name, call and location means something.
//!
//! Order of work: `modules` says which name means what; `bind` resolves every function against it, file by file in
//! parallel; what functions return (a guard, an alias) is fed back and their callers are bound again; `overlap` says who
//! runs beside whom; `sharing` who reaches the same place. This room must never know a parser, a rule or an output.

mod again;
pub mod bind;
mod generics;
pub mod ids;
pub mod loc;
pub mod modules;
mod shape;
pub mod snapshot;
pub mod summary;
pub mod types;

use std::path::Path;
use std::sync::Arc;

use crate::facts::{FileFacts, Function, Language, Unit, UnitKind};
use crate::models::{Effect, Models};
use crate::names::Name;
pub use again::{Kept, listen};
use bind::{Body, Returned};
use ids::{FileId, FunctionId, UnitId};
use modules::Modules;
use summary::{Keys, Summaries, Summary};
use types::Ty;

/// One file, lowered.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    /// From the root, with `/`.
    pub path: String,
    pub text: Arc<str>,
    pub facts: Arc<FileFacts>,
}

/// Everything that was read.
pub struct Program {
    pub files: Vec<SourceFacts>,
    pub modules: Arc<Modules>,
    pub models: Arc<Models>,
    bodies: Vec<Arc<Vec<Body>>>,
    summaries: Summaries,
}

/// How often what functions return is fed back to their callers: a guard seldom comes through more accessors.
const ROUNDS: usize = 2;

/// Links the files of one root. The same files give the same program, in whatever order they come.
pub fn link(files: Vec<SourceFacts>, root: &Path, models: Arc<Models>) -> Program {
    link_again(files, root, models, None).0
}

/// As [`link`], with what an earlier linking of the same folder left, and what this one leaves. What is not a source file
/// has to be as it was then.
pub fn link_again(
    mut files: Vec<SourceFacts>,
    root: &Path,
    models: Arc<Models>,
    before: Option<&Kept>,
) -> (Program, Kept) {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let known = before.and_then(|kept| kept.modules(&files, &models));
    let before = before.filter(|_| known.is_some());
    let modules = known.unwrap_or_else(|| Arc::new(Modules::build(&files, root)));
    let mut program = Program { files, modules, models, bodies: Vec::new(), summaries: Summaries::default() };
    let kept = again::bind(&mut program, before);
    program.summaries = summary::summarise(&program);
    (program, kept)
}

impl Program {
    /// Does a function of this file call something whose result turned out to be a guard or an alias?
    fn is_told_more(&self, file: FileId) -> bool {
        let bodies = self.bodies[file.index()].iter();
        let mut ops = bodies.flat_map(|body| body.blocks.iter().flatten());
        ops.any(|op| match &op.kind {
            bind::OpKind::Call { target, .. } => {
                let returned = &self.body(*target).returned;
                returned.guard.is_some()
                    || returned.loc.is_some()
                    || returned.path.is_some()
                    || returned.ty != Ty::Unknown
            }
            _ => false,
        })
    }

    pub fn facts(&self, file: FileId) -> &FileFacts {
        again::hear(file);
        &self.files[file.index()].facts
    }

    pub fn function(&self, id: FunctionId) -> &Function {
        &self.facts(id.file).functions[id.ix.index()]
    }

    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.facts(id.file).units[id.ix.index()]
    }

    pub fn body(&self, id: FunctionId) -> &Body {
        again::hear(id.file);
        &self.bodies[id.file.index()][id.ix.index()]
    }

    /// The same, also while bodies are still being bound: then it is that of the round before, and none in the first.
    pub(crate) fn bound(&self, id: FunctionId) -> Option<&Body> {
        again::hear(id.file);
        self.bodies.get(id.file.index())?.get(id.ix.index())
    }

    pub fn summary(&self, id: FunctionId) -> &Summary {
        again::hear(id.file);
        self.summaries.of(id)
    }

    pub fn keys(&self) -> &Keys {
        &self.summaries.keys
    }

    /// Does somebody release what stands there?
    pub fn is_released(&self, key: &loc::SharedKey) -> bool {
        self.summaries.released.contains(key)
    }

    /// What a state that a framework keeps for a component begins as; `None` if this is none.
    pub fn state(&self, base: loc::Base) -> Option<&crate::facts::Value> {
        let loc::Base::Value(function, reg) = base else { return None };
        let states = &self.bound(function)?.states;
        states.iter().find(|(state, _)| *state == reg).map(|(_, initial)| initial)
    }

    /// Does somebody take this lock exclusively?
    pub fn is_taken_exclusively(&self, key: &loc::SharedKey) -> bool {
        self.summaries.exclusive.contains(key)
    }

    pub fn is_rust(&self, file: FileId) -> bool {
        matches!(self.facts(file).language, Language::Rust(_))
    }

    /// All functions, in order of file and place.
    pub fn functions(&self) -> impl Iterator<Item = FunctionId> + '_ {
        self.files.iter().enumerate().flat_map(|(file, source)| {
            (0..source.facts.functions.len() as u32)
                .map(move |ix| FunctionId { file: FileId(file as u32), ix: crate::facts::FunctionIx(ix) })
        })
    }

    /// What is known of a function's result so far.
    fn returned(&self, id: FunctionId) -> Returned {
        again::hear(id.file);
        let file = self.bodies.get(id.file.index());
        file.and_then(|bodies| bodies.get(id.ix.index())).map(|body| body.returned.clone()).unwrap_or_default()
    }

    /// The declared type of a parameter.
    pub fn param_type(&self, id: FunctionId, index: u16) -> Ty {
        let function = self.function(id);
        match function.params.get(usize::from(index)) {
            Some(param) => self.resolve_type(id.file, function.unit, &function.generics, &param.ty),
            None => Ty::Unknown,
        }
    }

    /// The declared type of a function's result, whatever it is called with.
    fn return_type(&self, id: FunctionId) -> Ty {
        self.result_type(id, &[])
    }

    /// What a pointer points to or an optional value holds: that whose fields one sees.
    fn behind(&self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        for _ in 0..6 {
            match self.one_step_behind(&ty) {
                Some(inner) => ty = inner,
                None => break,
            }
        }
        ty
    }

    fn one_step_behind(&self, ty: &Ty) -> Option<Ty> {
        match ty {
            Ty::Lib { name, args, .. } if self.models.is_pointer(*name) || self.models.guard(*name).is_some() => {
                args.last().cloned()
            }
            Ty::Lib { name, args, .. } if matches!(name.as_str(), "Option" | "Result" | "Payload" | "Readonly") => {
                args.first().cloned()
            }
            _ => None,
        }
    }

    /// What the user's own models say about a function, in place of what its body does.
    fn own_model(&self, id: FunctionId) -> Option<&Effect> {
        let function = self.function(id);
        let unit = self.unit(UnitId { file: id.file, ix: function.unit });
        let owner = (unit.kind != UnitKind::Module).then_some(unit.name);
        self.models.own(owner, function.name)
    }

    /// What a method of this name does to a collection, where nobody declares the receiver's type.
    fn collection_method(&self, name: Name) -> Option<&Effect> {
        ["Map", "Set", "Array"].iter().find_map(|ty| self.models.method(Name::new(""), Name::new(ty), name))
    }
}
