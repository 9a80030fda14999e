//! Project: the root under which everything is read, and the paths that are reported.

use std::path::{Component, Path, PathBuf};

use super::{Error, Options};
use crate::config;

#[derive(Debug)]
pub struct Project {
    pub root: PathBuf,
    pub working_directory: PathBuf,
    /// Absolute paths that the user asked about.
    pub reported: Vec<PathBuf>,
}

impl Project {
    /// The root is the nearest folder with a `racelint.toml` above all paths, else the top of the git work tree, else
    /// the folder that holds all paths.
    pub(super) fn find(options: &Options) -> Result<Project, Error> {
        let working_directory = std::env::current_dir().map_err(Error::NoWorkingDirectory)?;
        let working_directory = working_directory.canonicalize().unwrap_or(working_directory);
        let here = [PathBuf::from(".")];
        let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
        let absolute = |path: &PathBuf| match path.canonicalize() {
            Ok(path) => Ok(path),
            Err(_) if options.overlay.contains_key(path) => Ok(path.clone()),
            Err(_) => Err(Error::NoSuchPath(path.clone())),
        };
        let reported = paths.iter().map(absolute).collect::<Result<Vec<_>, _>>()?;
        let root = match &options.root {
            Some(root) => absolute(root)?,
            None => root_of(&common_folder(&reported)),
        };
        Ok(Project { root, working_directory, reported })
    }

    pub(super) fn reports(&self, path: &Path) -> bool {
        self.reported.iter().any(|reported| path.starts_with(reported))
    }

    /// From the root, with `/`.
    pub(super) fn seen_from_root(&self, path: &Path) -> String {
        relative(path, &self.root)
    }

    /// From the working directory, with `/`.
    pub fn seen_from_here(&self, path: &Path) -> String {
        relative(path, &self.working_directory)
    }

    /// Is there a git work tree around the root?
    pub(super) fn in_git(&self) -> bool {
        self.root.ancestors().any(|folder| folder.join(".git").exists())
    }
}

fn root_of(folder: &Path) -> PathBuf {
    let holds = |name: &str| folder.ancestors().find(|folder| folder.join(name).exists());
    holds(config::FILE).or_else(|| holds(".git")).unwrap_or(folder).to_owned()
}

fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| match path.parent() {
        Some(parent) if !path.is_dir() => parent.to_owned(),
        _ => path.clone(),
    };
    let mut folders = paths.iter().map(folder);
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |common, path| {
        let same = common.components().zip(path.components()).take_while(|(a, b)| a == b);
        same.map(|(component, _)| component).collect()
    })
}

/// `path` as seen from `from`, with `/` and as many `..` as it takes.
fn relative(path: &Path, from: &Path) -> String {
    let same = path.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    if same == 0 || path.components().take(same).all(|part| part == Component::RootDir) && from.components().count() > 1
    {
        return slashed(path);
    }
    let ups = from.components().skip(same).map(|_| Component::ParentDir);
    slashed(&ups.chain(path.components().skip(same)).collect::<PathBuf>())
}

fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::{common_folder, relative};
    use std::path::{Path, PathBuf};

    #[test]
    fn paths_are_seen_from_a_folder() {
        let from = |path: &str, from: &str| relative(Path::new(path), Path::new(from));
        assert_eq!(from("/a/b/c.ts", "/a"), "b/c.ts");
        assert_eq!(from("/a/b/c.ts", "/a/d/e"), "../../b/c.ts");
        assert_eq!(from("/a/b/c.ts", "/"), "a/b/c.ts");
        assert_eq!(from("/x/c.ts", "/a/d"), "/x/c.ts", "nothing in common: the whole path is shorter");
    }

    #[test]
    fn the_common_folder_of_several() {
        let common = |paths: &[&str]| common_folder(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let under = |path: &str| folder.path().join(path).to_string_lossy().into_owned();
        for path in ["a/b/c", "a/b/d", "e"] {
            std::fs::create_dir_all(under(path)).expect("a new folder");
        }
        assert_eq!(common(&[&under("a/b/c"), &under("a/b/d"), &under("a/b")]), folder.path().join("a/b"));
        assert_eq!(common(&[&under("a"), &under("e")]), folder.path());
        assert_eq!(common(&[&under("a/b/not-there.ts")]), folder.path().join("a/b"), "a file that is not on disk yet");
    }
}
