//! Outputs: which source file a build would turn into a file that does not exist (`dist/index.js` ← `src/index.ts`).

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::manifests::Manifests;
use super::paths::{self, FileTable};
use crate::link::ids::FileId;

/// What source files are written in, the likelier first.
pub(super) const SOURCE: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/// What a build writes; the longer first.
const BUILT: [&str; 12] =
    [".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".js.flow"];

/// Where builds write to when nothing says so.
const FOLDERS: [&str; 14] = [
    "dist",
    "lib",
    "build",
    "out",
    "es",
    "esm",
    "cjs",
    "_esm",
    "dist-es",
    "dist-cjs",
    "dist-types",
    "output",
    "types",
    "typings",
];

/// `outDir` and `rootDir` of the packages that declare them.
#[derive(Default)]
pub(super) struct Outputs {
    /// By the output folder (with its path): the folder of the sources.
    declared: FxHashMap<String, String>,
    /// By folder with a `tsconfig.json`: does it refer to others?
    configs: FxHashMap<String, bool>,
}

impl Outputs {
    pub(super) fn read(table: &FileTable, manifests: &dyn Manifests) -> Outputs {
        let names = ["tsconfig.json", "jsconfig.json", "tsconfig.build.json", "tsconfig.lib.json"];
        let read = |folder: &str, name: &str| {
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            jsonc(&manifests.read(&path)?)
        };
        let folders = table.folders();
        let found: Vec<[Option<Value>; 4]> =
            folders.par_iter().map(|folder| names.map(|name| read(folder, name))).collect();
        let mut outputs = Outputs::default();
        for (folder, configs) in folders.into_iter().zip(found) {
            if let Some(config) = configs[0].as_ref().or(configs[1].as_ref()) {
                outputs.configs.insert(folder.to_owned(), has_parts(config));
            }
            for config in configs.iter().flatten() {
                outputs.declare(folder, config, table);
            }
        }
        outputs
    }

    pub(super) fn is_configured(&self, folder: &str) -> bool {
        self.configs.contains_key(folder)
    }

    /// The folders with a `tsconfig.json`, sorted.
    pub(super) fn configured(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = self.configs.keys().map(String::as_str).collect();
        folders.sort_unstable();
        folders
    }

    pub(super) fn has_references(&self, folder: &str) -> bool {
        self.configs.get(folder).copied().unwrap_or(false)
    }

    fn declare(&mut self, folder: &str, config: &Value, table: &FileTable) {
        let option = |name: &str| config.get("compilerOptions")?.get(name)?.as_str();
        let root = option("rootDir").and_then(|root| paths::join(folder, root)).unwrap_or_else(|| {
            let src = format!("{folder}/src");
            if table.is_folder(&src) { src } else { folder.to_owned() }
        });
        for name in ["outDir", "declarationDir"] {
            if let Some(out) = option(name).and_then(|out| paths::join(folder, out))
                && out != root
            {
                self.declared.entry(out).or_insert_with(|| root.clone());
            }
        }
    }

    /// The source of a file that does not exist.
    pub(super) fn source(&self, path: &str, table: &FileTable) -> Option<FileId> {
        let stem = BUILT.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path);
        for out in paths::upwards(paths::folder(stem)).filter(|out| !out.is_empty()) {
            let rest = &stem[out.len() + 1..];
            if let Some(root) = self.declared.get(out)
                && let Some(file) = find(root, rest, table)
            {
                return Some(file);
            }
        }
        let mut at = Some(stem);
        while let Some(here) = at {
            let (out, rest) = split_output(here, stem)?;
            let package = paths::folder(out);
            // `dist/esm/index` may come from `src/esm/index` or from `src/index`.
            let mut rest = Some(rest);
            while let Some(inner) = rest {
                let src = if package.is_empty() { "src".to_owned() } else { format!("{package}/src") };
                if let Some(file) = find(&src, inner, table).or_else(|| find(package, inner, table)) {
                    return Some(file);
                }
                rest = inner.split_once('/').map(|(_, inner)| inner);
            }
            at = Some(out);
        }
        None
    }
}

/// The innermost output folder on the way to `here`, and what of `stem` is inside it.
fn split_output<'a>(here: &str, stem: &'a str) -> Option<(&'a str, &'a str)> {
    let mut at = paths::folder(here);
    while !at.is_empty() {
        if FOLDERS.contains(&paths::last(at)) {
            return Some((&stem[..at.len()], &stem[at.len() + 1..]));
        }
        at = paths::folder(at);
    }
    None
}

/// `folder/rest` with some ending of a source file, or as a folder with an index.
pub(super) fn find(folder: &str, rest: &str, table: &FileTable) -> Option<FileId> {
    let stem = paths::join(folder, rest)?;
    let with = |ending: &str| table.file(&format!("{stem}{ending}"));
    SOURCE.iter().find_map(|ending| with(ending)).or_else(|| {
        table.is_folder(&stem).then(|| SOURCE.iter().find_map(|ending| with(&format!("/index{ending}")))).flatten()
    })
}

/// Does a tsconfig refer to others inside its folder? Those are the ones that can be in force for its files.
fn has_parts(config: &Value) -> bool {
    let references = config.get("references").and_then(Value::as_array).into_iter().flatten();
    references.filter_map(|reference| reference.get("path")?.as_str()).any(|path| !path.starts_with(".."))
}

/// JSON as `tsconfig.json` has it: with comments and trailing commas.
pub(super) fn jsonc(text: &str) -> Option<Value> {
    let mut text = text.trim_start_matches('\u{feff}').to_owned();
    json_strip_comments::strip(&mut text).ok()?;
    if text.trim().is_empty() {
        return None;
    }
    serde_json::from_str(&text).ok()
}
