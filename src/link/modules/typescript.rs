//! TypeScript imports: where every specifier leads, and what every import means.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::exports::{Exports, View};
use super::manifests::Manifests;
use super::paths;
use super::rust_tree::is_rust;
use super::scopes::{Meaning, Scope};
use super::specifiers::{Specifiers, Target};
use crate::facts::FileFacts;
use crate::link::SourceFacts;
use crate::link::ids::{FileId, Symbol};
use crate::names::Name;

/// The specifiers that a file imports or re-exports from, each once, in the order of the text.
pub(super) fn specifiers(facts: &FileFacts) -> Vec<Name> {
    let mut seen = FxHashSet::default();
    let imports = facts.imports.iter().map(|import| import.from);
    imports.chain(facts.exports.iter().filter_map(|export| export.from)).filter(|from| seen.insert(*from)).collect()
}

/// Where every specifier leads, each asked once for a folder, and the exports of every file.
pub(super) fn exports(files: &[SourceFacts], manifests: &Arc<dyn Manifests>) -> Exports {
    let mut order: Vec<usize> = (0..files.len()).filter(|file| !is_rust(&files[*file])).collect();
    if order.is_empty() {
        return Exports::new(files, vec![FxHashMap::default(); files.len()]);
    }
    order.sort_by(|a, b| files[*a].path.cmp(&files[*b].path));
    let resolver = Specifiers::new(files.iter().map(|file| file.path.as_str()), Arc::clone(manifests));
    let mut jobs: Vec<(usize, Name)> = Vec::new();
    let mut job_of: FxHashMap<(&str, Name), usize> = FxHashMap::default();
    let mut wanted: Vec<Vec<(Name, usize)>> = vec![Vec::new(); files.len()];
    for file in order {
        let path = files[file].path.as_str();
        let (folder, scope) = (paths::folder(path), resolver.scope(path));
        for specifier in specifiers(&files[file].facts) {
            let from = if specifier.starts_with('.') { folder } else { scope };
            let job = *job_of.entry((from, specifier)).or_insert_with(|| {
                jobs.push((file, specifier));
                jobs.len() - 1
            });
            wanted[file].push((specifier, job));
        }
    }
    let answers: Vec<Target> =
        jobs.par_iter().map(|(file, specifier)| resolver.resolve(&files[*file].path, specifier)).collect();
    let targets = wanted.into_iter().map(|list| list.into_iter().map(|(name, job)| (name, answers[job])).collect());
    let mut exports = Exports::new(files, targets.collect());
    exports.missing_bases = resolver.missing_bases();
    exports
}

/// What every import means.
pub(super) fn imports(files: &[SourceFacts], scopes: &[Scope], exports: &Exports) -> Vec<Vec<Meaning>> {
    let view = View { files, scopes, exports };
    let of_file = |(index, file): (usize, &SourceFacts)| {
        let count = if is_rust(file) { 0 } else { file.facts.imports.len() };
        (0..count).map(|import| view.import(FileId(index as u32), import as u32)).collect()
    };
    files.par_iter().enumerate().map(of_file).collect()
}

/// `name` of something outside. The default export of a package is that package: CommonJS seen from an ES module.
pub(super) fn external_member(of: Symbol, name: Name) -> Symbol {
    match of {
        Symbol::External { from, name: whole } if whole == "*" || whole == "default" => Symbol::External { from, name },
        Symbol::External { from, name: inner } => {
            Symbol::External { from, name: Name::new(&format!("{inner}.{name}")) }
        }
        _ => Symbol::Unknown,
    }
}
