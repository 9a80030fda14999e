//! Workspaces: which package name stands for which folder, found from `workspaces`, `pnpm-workspace.yaml`, `lerna.json`
//! and local dependencies, without any `node_modules`. Knows nothing of what packages export.

use globset::{GlobBuilder, GlobMatcher};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::manifests::Manifests;
use super::paths::{self, FileTable};

/// The packages of the project.
#[derive(Default)]
pub(super) struct Workspaces {
    /// `folder/node_modules/name` → the folder of that package: where an installer would put a link.
    links: FxHashMap<String, String>,
    /// Every folder on the way to such a link.
    stops: FxHashSet<String>,
    names: FxHashSet<String>,
    /// Folders with a `package.json`.
    packages: FxHashSet<String>,
    /// By folder: the names that the `package.json` there declares as dependencies from outside.
    outside: FxHashMap<String, FxHashSet<String>>,
}

impl Workspaces {
    pub(super) fn read(table: &FileTable, manifests: &dyn Manifests) -> Workspaces {
        let folders = table.folders();
        let mut packages: Vec<(String, Value)> =
            folders.par_iter().filter_map(|folder| package(folder, manifests)).collect();
        let mut seen: FxHashSet<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
        let mut members = Vec::new();
        let roots: Vec<(String, Vec<String>)> = table
            .folders()
            .into_iter()
            .filter_map(|at| Some((at.to_owned(), globs(at, &packages, manifests)?)))
            .collect();
        for (root, globs) in &roots {
            for folder in listed(root, globs, manifests) {
                if seen.insert(folder.clone()) {
                    packages.extend(package(&folder, manifests));
                }
            }
        }
        packages.sort_by(|a, b| a.0.cmp(&b.0));
        for (root, globs) in &roots {
            let globs = Globs::new(globs);
            for (folder, manifest) in &packages {
                let inside = if root.is_empty() { Some(folder.as_str()) } else { below(folder, root) };
                if let (Some(name), true) = (name(manifest), inside.is_some_and(|inside| globs.hold(inside))) {
                    members.push((root.clone(), name.to_owned(), folder.clone()));
                }
            }
        }
        let mut workspaces = Workspaces::default();
        for (root, name, folder) in members {
            workspaces.link(&root, &name, folder);
        }
        for (folder, manifest) in &packages {
            workspaces.dependencies(folder, manifest);
            workspaces.packages.insert(folder.clone());
        }
        workspaces
    }

    /// Local dependencies (`"x": "file:../x"`) become links, the others are known to be outside.
    fn dependencies(&mut self, folder: &str, manifest: &Value) {
        let mut outside = FxHashSet::default();
        for field in ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] {
            let Some(entries) = manifest.get(field).and_then(Value::as_object) else { continue };
            for (name, version) in entries {
                let version = version.as_str().unwrap_or_default();
                let local = ["file:", "link:", "portal:"].iter().find_map(|protocol| version.strip_prefix(protocol));
                if let Some(target) = local {
                    if let Some(target) = paths::join(folder, target) {
                        // Who takes the same package by version gets the sources too.
                        self.link("", name, target.clone());
                        self.link(folder, name, target);
                    }
                } else if !version.starts_with("workspace:") && !self.names.contains(name) {
                    outside.insert(name.clone());
                }
            }
        }
        if !outside.is_empty() {
            self.outside.insert(folder.to_owned(), outside);
        }
    }

    fn link(&mut self, at: &str, name: &str, folder: String) {
        let mut link = at.to_owned();
        for part in std::iter::once("node_modules").chain(name.split('/')) {
            if !link.is_empty() {
                link.push('/');
            }
            link.push_str(part);
            self.stops.insert(link.clone());
        }
        self.names.insert(name.to_owned());
        self.links.entry(link).or_insert(folder);
    }

    /// Where a path leads: packages of the workspace are in `node_modules` by a link, nothing else is.
    pub(super) fn follow(&self, path: &str) -> Option<String> {
        let Some(at) = find_modules(path) else { return Some(path.to_owned()) };
        let mut end = at;
        for _ in 0..2 {
            end = path[end..].find('/').map_or(path.len(), |slash| end + slash);
            if let Some(folder) = self.links.get(&path[..end]) {
                return paths::join(folder, &path[end..]);
            }
            end = (end + 1).min(path.len());
        }
        None
    }

    /// Is this a folder on the way to a link?
    pub(super) fn is_stop(&self, path: &str) -> bool {
        self.stops.contains(path)
    }

    pub(super) fn is_package(&self, folder: &str) -> bool {
        self.packages.contains(folder)
    }

    /// Is this the name of a package of the project?
    pub(super) fn has(&self, package: &str) -> bool {
        self.names.contains(package)
    }

    /// The folder of this package as code in `folder` sees it.
    pub(super) fn folder_of(&self, package: &str, folder: &str) -> Option<&str> {
        paths::upwards(folder).find_map(|at| {
            let link =
                if at.is_empty() { format!("node_modules/{package}") } else { format!("{at}/node_modules/{package}") };
            self.links.get(&link).map(String::as_str)
        })
    }

    /// Does a manifest around `folder` declare this package as a dependency from outside the project?
    pub(super) fn is_outside(&self, package: &str, folder: &str) -> bool {
        !self.names.contains(package)
            && paths::upwards(folder).any(|at| self.outside.get(at).is_some_and(|names| names.contains(package)))
    }
}

/// The package name of a bare specifier: `@a/b` of `@a/b/c`.
pub(super) fn package_name(specifier: &str) -> &str {
    let mut slashes = specifier.match_indices('/').map(|(at, _)| at);
    let end = if specifier.starts_with('@') { slashes.nth(1) } else { slashes.next() };
    end.map_or(specifier, |end| &specifier[..end])
}

/// Just behind the last `node_modules/` of a path.
fn find_modules(path: &str) -> Option<usize> {
    const FOLDER: &str = "node_modules/";
    let at = path.rfind(FOLDER)?;
    (at == 0 || path.as_bytes()[at - 1] == b'/').then_some(at + FOLDER.len())
}

fn below<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    path.strip_prefix(root)?.strip_prefix('/')
}

fn name(manifest: &Value) -> Option<&str> {
    manifest.get("name")?.as_str().filter(|name| !name.is_empty())
}

fn inside(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

fn package(folder: &str, manifests: &dyn Manifests) -> Option<(String, Value)> {
    let text = manifests.read(&inside(folder, "package.json"))?;
    Some((folder.to_owned(), serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?))
}

/// The workspace globs declared in this folder, if it is the root of a workspace.
fn globs(folder: &str, packages: &[(String, Value)], manifests: &dyn Manifests) -> Option<Vec<String>> {
    let mut globs = Vec::new();
    if let Some(text) = manifests.read(&inside(folder, "pnpm-workspace.yaml")) {
        globs.extend(yaml_packages(&text));
    }
    if let Some(manifest) = packages.iter().find(|package| package.0 == folder).map(|package| &package.1) {
        let declared = manifest.get("workspaces");
        let list = declared.and_then(|value| value.get("packages")).or(declared);
        globs.extend(strings(list));
    }
    if let Some(text) = manifests.read(&inside(folder, "lerna.json"))
        && let Ok(lerna) = serde_json::from_str::<Value>(&text)
    {
        match lerna.get("packages") {
            Some(list) => globs.extend(strings(Some(list))),
            None if globs.is_empty() => globs.push("packages/*".to_owned()),
            None => {}
        }
    }
    (!globs.is_empty()).then_some(globs)
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The `packages:` list of a `pnpm-workspace.yaml`: block or flow style, quoted or plain.
fn yaml_packages(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut within = false;
    for line in text.lines() {
        let line = line.trim_end();
        let item = line.trim_start();
        if item.is_empty() || item.starts_with('#') {
            continue;
        }
        if let Some(rest) = line.strip_prefix("packages:") {
            within = true;
            let flow = rest.trim().trim_start_matches('[').trim_end_matches(']');
            out.extend(flow.split(',').map(plain).filter(|glob| !glob.is_empty()));
        } else if within && item.starts_with('-') {
            out.push(plain(&item[1..]));
        } else if within && !line.starts_with(' ') && !item.starts_with(']') {
            within = false;
        } else if within {
            out.extend(item.trim_end_matches(']').split(',').map(plain).filter(|glob| !glob.is_empty()));
        }
    }
    out
}

/// A scalar without its quotes and its comment.
fn plain(scalar: &str) -> String {
    let scalar = scalar.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = scalar.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or_default().to_owned();
        }
    }
    scalar.split(" #").next().unwrap_or_default().trim().to_owned()
}

/// Folders that the globs name directly or by a last `*`: they may hold no source file, only a `package.json`.
fn listed(root: &str, globs: &[String], manifests: &dyn Manifests) -> Vec<String> {
    let mut out = Vec::new();
    for glob in globs.iter().filter(|glob| !glob.starts_with('!')) {
        let mut found = vec![root.to_owned()];
        for part in glob.trim_start_matches("./").split('/').filter(|part| !part.is_empty()) {
            found = match part {
                "**" => Vec::new(),
                "*" => {
                    let inner = |at: &String| {
                        manifests
                            .folders(at)
                            .into_iter()
                            .filter(|name| name != "node_modules")
                            .map(|name| inside(at, &name))
                            .collect::<Vec<_>>()
                    };
                    found.iter().flat_map(inner).collect()
                }
                part => found.iter().filter_map(|at| paths::join(at, part)).collect(),
            };
        }
        out.extend(found);
    }
    out
}

struct Globs {
    take: Vec<GlobMatcher>,
    leave: Vec<GlobMatcher>,
}

impl Globs {
    fn new(globs: &[String]) -> Globs {
        let matcher = |glob: &str| {
            let glob = glob.trim_start_matches("./").trim_end_matches('/');
            GlobBuilder::new(glob).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
        };
        let (leave, take): (Vec<&String>, Vec<&String>) = globs.iter().partition(|glob| glob.starts_with('!'));
        Globs {
            take: take.into_iter().filter_map(|glob| matcher(glob)).collect(),
            leave: leave.into_iter().filter_map(|glob| matcher(&glob[1..])).collect(),
        }
    }

    fn hold(&self, folder: &str) -> bool {
        self.take.iter().any(|glob| glob.is_match(folder)) && !self.leave.iter().any(|glob| glob.is_match(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_in_both_styles() {
        let block =
            "# c\npackages:\n  - \"packages/*\" # x\n  - 'apps/**'\n  - !tools\n  # note\n  - docs\ncatalog:\n  - no\n";
        assert_eq!(yaml_packages(block), ["packages/*", "apps/**", "!tools", "docs"]);
        assert_eq!(yaml_packages("packages: ['a/*', b]\n"), ["a/*", "b"]);
        assert_eq!(yaml_packages("packages:\n- a/*\nother: 1\n"), ["a/*"]);
    }

    #[test]
    fn names_of_packages() {
        assert_eq!(package_name("@a/b/c/d"), "@a/b");
        assert_eq!(package_name("a/b"), "a");
        assert_eq!(package_name("a"), "a");
    }
}
