//! Config: what a project says about how it is to be checked: which files, which rules, how sure, which models.
//!
//! The nearest configuration above a file counts for it, and no other, except through `extends`; models count for the
//! whole program, because calls cross folders. This room must never know a parser, the program or an output.

mod file;
mod read;
mod settings;
pub(crate) mod suggest;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use file::{ALL, Level, RuleName, schema};
pub use settings::{Settings, default_level};

use crate::models::Models;

/// The file that is a configuration and nothing else.
pub const FILE: &str = "racelint.toml";

/// Files in which a configuration can stand, the strongest first.
pub const FILES: [&str; 3] = [FILE, "Cargo.toml", "package.json"];

/// A commented configuration that changes nothing.
pub const TEMPLATE: &str = include_str!("template.toml");

/// Which configuration counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Choice {
    /// The nearest above each file.
    #[default]
    Nearest,
    /// This one for all files.
    Given(PathBuf),
    /// None.
    Isolated,
}

/// The configurations of a project.
#[derive(Debug)]
pub struct Config {
    settings: BTreeMap<PathBuf, Settings>,
    default: Settings,
    models: Arc<Models>,
}

impl Config {
    /// Reads the configurations among `files`: paths of [`FILES`] below `root`.
    pub fn load(root: &Path, files: &[PathBuf], choice: &Choice) -> Result<Config, Error> {
        let mut all = Config { settings: BTreeMap::new(), default: Settings::default(), models: Models::bundled() };
        match choice {
            Choice::Isolated => {}
            Choice::Given(path) => {
                let home = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
                let home = home.ok_or_else(|| Error::new(path, "there is no such file"))?;
                let file = read::read(path, &[&home, root])?;
                let file = file.ok_or_else(|| Error::new(path, "says nothing about racelint"))?;
                all.add_models(path, &file)?;
                all.default = Settings::new(path, root, &file)?;
            }
            Choice::Nearest => all.load_nearest(root, files)?,
        }
        Ok(all)
    }

    fn load_nearest(&mut self, root: &Path, files: &[PathBuf]) -> Result<(), Error> {
        let strength = |path: &Path| FILES.iter().position(|name| path.ends_with(name));
        let mut files: Vec<&PathBuf> = files.iter().collect();
        files.sort_by_key(|path| (path.parent(), strength(path)));
        for path in files {
            let Some(folder) = path.parent().filter(|folder| !self.settings.contains_key(*folder)) else { continue };
            if let Some(file) = read::read(path, &[root])? {
                self.add_models(path, &file)?;
                self.settings.insert(folder.to_owned(), Settings::new(path, folder, &file)?);
            }
        }
        Ok(())
    }

    fn add_models(&mut self, path: &Path, file: &file::File) -> Result<(), Error> {
        if file.models.is_empty() {
            return Ok(());
        }
        let models = Arc::make_mut(&mut self.models);
        models.add_own(&file.models).map_err(|message| Error::new(path, format!("models: {message}")))
    }

    /// What counts for a file or folder.
    pub fn of(&self, path: &Path) -> &Settings {
        let nearest = path.ancestors().find_map(|folder| self.settings.get(folder));
        nearest.unwrap_or(&self.default)
    }

    /// Everything that counts somewhere.
    pub fn all(&self) -> impl Iterator<Item = &Settings> {
        self.settings.values().chain([&self.default])
    }

    /// What comes with the program and what the project adds.
    pub fn models(&self) -> Arc<Models> {
        Arc::clone(&self.models)
    }
}

/// Why a configuration cannot be used.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    line: Option<usize>,
    text: String,
}

impl Error {
    fn new(path: &Path, text: impl Into<String>) -> Error {
        Error { path: path.to_owned(), line: None, text: text.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = std::env::current_dir().unwrap_or_default();
        let path = self.path.strip_prefix(here.canonicalize().unwrap_or(here)).unwrap_or(&self.path);
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", path.display(), self.text),
            None => write!(f, "{}: {}", path.display(), self.text),
        }
    }
}

impl std::error::Error for Error {}
