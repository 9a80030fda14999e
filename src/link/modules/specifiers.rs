//! Specifiers: which file `import … from "…"` means. The table of files answers what it can, `oxc_resolver` the rest.

use std::path::Path;
use std::sync::Arc;

use oxc_resolver::{ResolveError, ResolveOptions, ResolverGeneric, TsconfigDiscovery};
use rayon::prelude::*;

use super::manifests::Manifests;
use super::outputs::{self, Outputs, SOURCE};
use super::paths::{self, FileTable};
use super::project_fs::{self, Project, ProjectFs};
use super::workspaces::{self, Workspaces};
use crate::link::ids::FileId;

/// Where a specifier leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    File(FileId),
    /// A package that is not part of the project, or the runtime.
    External,
    /// A file that exists and is no source: a style sheet, JSON, `.vue`, `.d.ts`, something generated.
    Asset,
    /// It should be in the project and is not.
    Failed,
}

/// Answers where specifiers lead, for the files it was made with.
pub struct Specifiers {
    project: Arc<Project>,
    resolver: ResolverGeneric<ProjectFs>,
    /// As `resolver`, with every tsconfig in force for all files below it: test files are often left out of theirs.
    lenient: ResolverGeneric<ProjectFs>,
}

impl Specifiers {
    /// `files` are the paths of all source files, in the order of their ids.
    pub fn new<'a>(files: impl Iterator<Item = &'a str>, manifests: Arc<dyn Manifests>) -> Specifiers {
        let table = FileTable::new(files);
        let workspaces = Workspaces::read(&table, manifests.as_ref());
        let outputs = Outputs::read(&table, manifests.as_ref());
        let project = Arc::new(Project { table, workspaces, outputs, manifests });
        let resolver = |include_all| {
            ResolverGeneric::new_with_file_system(ProjectFs { project: Arc::clone(&project), include_all }, options())
        };
        Specifiers { resolver: resolver(false), lenient: resolver(true), project }
    }

    /// The folder for all of whose files a specifier that is not relative leads to one place, as far as this file's is
    /// concerned: that of the manifests in force. Projects inside one tsconfig have answers of their own.
    pub(super) fn scope<'a>(&self, path: &'a str) -> &'a str {
        let folder = paths::folder(path);
        let outputs = &self.project.outputs;
        let has = |at: &&str| outputs.is_configured(at) || self.project.workspaces.is_package(at);
        match paths::upwards(folder).find(has) {
            Some(at) if outputs.has_references(at) => folder,
            Some(at) => at,
            None => "",
        }
    }

    /// Where `specifier` leads from the file at `path`.
    pub fn resolve(&self, path: &str, specifier: &str) -> Target {
        let specifier = specifier.split(['?', '!']).next().unwrap_or_default();
        if is_relative(specifier) {
            return self.relative(path, specifier);
        }
        if is_runtime(specifier) {
            return Target::External;
        }
        let package = workspaces::package_name(specifier);
        if self.project.workspaces.is_outside(package, paths::folder(path)) {
            return Target::External;
        }
        self.bare(path, specifier, package)
    }

    /// What tsconfigs extend that is not part of the project, by the tsconfig's folder.
    pub fn missing_bases(&self) -> Vec<(String, String)> {
        let fs = ProjectFs { project: Arc::clone(&self.project), include_all: false };
        let of = |folder: &&str| {
            fs.missing_bases(folder).into_iter().map(|base| ((*folder).to_owned(), base)).collect::<Vec<_>>()
        };
        self.project.outputs.configured().par_iter().flat_map_iter(of).collect()
    }

    fn relative(&self, path: &str, specifier: &str) -> Target {
        let folder = paths::folder(path);
        let Some(target) = paths::join(folder, specifier) else { return Target::Asset };
        if let Some(file) = self.near(&target, specifier) {
            return Target::File(file);
        }
        if let Some(file) = self
            .ask(&self.resolver, path, specifier)
            .or_else(|| self.project.outputs.source(&target, &self.project.table))
        {
            return Target::File(file);
        }
        if self.is_asset(&target) { Target::Asset } else { Target::Failed }
    }

    /// What the table says about a path without its ending, with the ending of its output, or of a folder.
    fn near(&self, target: &str, specifier: &str) -> Option<FileId> {
        let table = &self.project.table;
        let as_folder = specifier.ends_with('/') || specifier.ends_with('.');
        if !as_folder {
            if let Some((stem, ending)) = target.rfind('.').map(|dot| target.split_at(dot))
                && let Some(file) = sources(ending).iter().find_map(|ending| table.file(&format!("{stem}{ending}")))
            {
                return Some(file);
            }
            if let Some(file) = table.file(target) {
                return Some(file);
            }
            if let Some(file) = SOURCE.iter().find_map(|ending| table.file(&format!("{target}{ending}"))) {
                return Some(file);
            }
        }
        if !table.is_folder(target) || self.project.manifests.exists(&format!("{target}/package.json")) {
            return None;
        }
        SOURCE.iter().find_map(|ending| table.file(&paths::join(target, &format!("index{ending}"))?))
    }

    fn is_asset(&self, target: &str) -> bool {
        let last = paths::last(target);
        if let Some((_, ending)) = last.rsplit_once('.')
            && ASSETS.contains(&ending)
        {
            return true;
        }
        let exists = |path: &str| self.project.manifests.exists(path);
        let stem = ["js", "mjs", "cjs", "jsx"].iter().find_map(|ending| target.strip_suffix(ending)?.strip_suffix('.'));
        let endings = [
            ".d.ts",
            ".d.mts",
            ".d.cts",
            ".json",
            ".vue",
            ".svelte",
            ".ts",
            ".js",
            ".tsx",
            ".mjs",
            ".node",
            "/index.d.ts",
            "/index.ts",
            "/index.js",
        ];
        exists(target) || endings.iter().any(|ending| exists(&format!("{}{ending}", stem.unwrap_or(target))))
    }

    fn bare(&self, path: &str, specifier: &str, package: &str) -> Target {
        let found = self.ask(&self.resolver, path, specifier).or_else(|| self.ask(&self.lenient, path, specifier));
        let found = found.or_else(|| self.in_package(path, specifier, package));
        if let Some(file) = found.or_else(|| self.by_custom(path, specifier)) {
            return Target::File(file);
        }
        let aliases = self.aliases(path, specifier);
        if aliases.iter().any(|alias| self.is_asset(alias)) {
            return Target::Asset;
        }
        let ours =
            self.project.workspaces.has(package) || specifier.starts_with(['#', '~']) || specifier.starts_with("@/");
        if let Some(folder) = self.project.workspaces.folder_of(package, paths::folder(path)) {
            let inner = paths::join(folder, &specifier[package.len()..]);
            if inner.is_some_and(|inner| self.is_asset(&inner)) {
                return Target::Asset;
            }
        }
        let aliased = aliases.iter().any(|alias| !alias.contains("node_modules/"));
        if ours || aliased { Target::Failed } else { Target::External }
    }

    /// The resolver's answer, as a file of the table.
    fn ask(&self, resolver: &ResolverGeneric<ProjectFs>, path: &str, specifier: &str) -> Option<FileId> {
        let from = Path::new("/").join(path);
        let found = match resolver.resolve_file(&from, specifier) {
            Err(error) if is_config(&error) => resolver.resolve(from.parent()?, specifier),
            answer => answer,
        };
        self.project.source(&project_fs::relative(found.ok()?.path())?)
    }

    /// What no field of the manifest leads to: the source that the package names, its index, or the path inside it.
    fn in_package(&self, path: &str, specifier: &str, package: &str) -> Option<FileId> {
        let folder = self.project.workspaces.folder_of(package, paths::folder(path))?;
        let table = &self.project.table;
        let inner = specifier.get(package.len() + 1..).unwrap_or_default();
        if !inner.is_empty() {
            let stem = inner.trim_end_matches(".js");
            return ["src", "", "lib", "source"]
                .iter()
                .find_map(|at| outputs::find(&paths::join(folder, at)?, stem, table))
                .or_else(|| table.file(&paths::join(folder, inner)?));
        }
        let text = self.project.manifests.read(&paths::join(folder, "package.json")?);
        let manifest: Option<serde_json::Value> = text.and_then(|text| serde_json::from_str(&text).ok());
        ["source", "module", "main", "types", "typings"]
            .iter()
            .filter_map(|field| paths::join(folder, manifest.as_ref()?.get(*field)?.as_str()?))
            .find_map(|path| self.project.source(&path).or_else(|| outputs::find(&path, "", table)))
            .or_else(|| {
                ["src/index", "index", "src/main", "lib/index", "source/index", "src"]
                    .iter()
                    .find_map(|at| outputs::find(folder, at, table))
            })
    }

    /// Aliases that only a bundler's configuration declares lead where everybody lets them lead.
    fn by_custom(&self, path: &str, specifier: &str) -> Option<FileId> {
        let (alias, inner) = specifier.split_once('/')?;
        let places: &[&str] = match alias {
            "@" | "~" => &["src", "", "app"],
            "$lib" => &["src/lib"],
            _ => return None,
        };
        let packages = paths::upwards(paths::folder(path)).filter(|at| self.project.workspaces.is_package(at));
        let candidates = packages.flat_map(|at| places.iter().filter_map(move |place| paths::join(at, place)));
        candidates.into_iter().find_map(|at| {
            let target = paths::join(&at, inner)?;
            self.near(&target, inner)
        })
    }

    /// The paths that the tsconfig in force gives for a specifier, whether they exist or not.
    fn aliases(&self, path: &str, specifier: &str) -> Vec<String> {
        let from = Path::new("/").join(path);
        let Ok(Some(config)) = self.lenient.find_tsconfig(&from) else { return Vec::new() };
        let Some(paths) = &config.compiler_options.paths else { return Vec::new() };
        let matches = |pattern: &str| match pattern.split_once('*') {
            Some(("", "")) => false,
            Some((before, after)) => specifier.starts_with(before) && specifier.ends_with(after),
            None => pattern == specifier,
        };
        if !paths.keys().any(|pattern| matches(pattern)) {
            return Vec::new();
        }
        let all = config.resolve_path_alias_or_base_url(specifier);
        all.iter().filter_map(|path| project_fs::relative(path)).collect()
    }
}

/// Endings of files that code imports and that hold no code.
const ASSETS: [&str; 27] = [
    "css", "scss", "sass", "less", "styl", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "json", "json5",
    "vue", "svelte", "astro", "md", "mdx", "wasm", "woff", "woff2", "graphql", "html", "txt", "node",
];

fn is_relative(specifier: &str) -> bool {
    specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../")
}

/// `node:fs`, `bun:test`, `https://…`: never a file of the project.
fn is_runtime(specifier: &str) -> bool {
    ["node:", "bun:", "deno:", "npm:", "jsr:", "https:", "http:", "data:", "virtual:", "cloudflare:", "astro:", "\0"]
        .iter()
        .any(|prefix| specifier.starts_with(prefix))
}

fn is_config(error: &ResolveError) -> bool {
    !matches!(
        error,
        ResolveError::NotFound(_) | ResolveError::Builtin { .. } | ResolveError::PackagePathNotExported { .. }
    )
}

/// The sources that an import with this ending may mean, in the compiler's order.
fn sources(ending: &str) -> &'static [&'static str] {
    match ending {
        ".js" => &[".ts", ".tsx", ".js", ".jsx"],
        ".jsx" => &[".tsx", ".jsx"],
        ".mjs" => &[".mts", ".mjs"],
        ".cjs" => &[".cts", ".cjs"],
        _ => &[],
    }
}

fn options() -> ResolveOptions {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    ResolveOptions {
        tsconfig: Some(TsconfigDiscovery::Auto),
        extensions: SOURCE.iter().map(|ending| (*ending).to_owned()).chain([".d.ts".to_owned()]).collect(),
        extension_alias: [".js", ".jsx", ".mjs", ".cjs"]
            .iter()
            .map(|ending| ((*ending).to_owned(), owned(sources(ending))))
            .collect(),
        condition_names: owned(&["source", "development", "types", "import", "module", "require", "node", "default"]),
        main_fields: owned(&["source", "module", "main", "types", "typings"]),
        symlinks: false,
        node_path: false,
        builtin_modules: false,
        ..ResolveOptions::default()
    }
}
