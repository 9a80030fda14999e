//! Source: which files there are, and their text. Knows no syntax.
//!
//! - Paths given by the user say what is *reported*; what is *read* is everything under the project root.
//! - The list of files is sorted by path from the root, so numbers of files are the same on every run.
//! - A file that cannot be read is a note, never an error; only a path that does not exist is.

mod edition;
mod heads;
mod lines;
pub(crate) mod plain;
mod project;
mod read;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::facts::{Edition, Language, Span};
use crate::finding::{FileId, Position, Range};
use crate::notes::{Notes, Skip};
use lines::LineIndex;
pub use project::Project;

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files and folders whose findings are wanted; the working directory if empty.
    pub paths: Vec<PathBuf>,
    /// The project root, if it is not to be searched for.
    pub root: Option<PathBuf>,
    /// Read what ignore files name, too.
    pub no_ignore: bool,
    /// Text that counts in place of what is on disk, by absolute path.
    pub overlay: BTreeMap<PathBuf, Vec<u8>>,
}

/// Every file of the program, sorted by path.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    root: PathBuf,
    files: Vec<Arc<SourceFile>>,
}

#[derive(Clone, Debug)]
pub struct SourceFile {
    /// From the project root, with `/`.
    pub path: String,
    /// From the working directory, with `/`: what people see.
    pub shown: String,
    pub absolute: PathBuf,
    /// Without a byte order mark.
    pub text: Arc<str>,
    pub kind: Kind,
    /// Test code by its path.
    pub test: bool,
    /// It lies in the paths that the user asked about.
    pub reported: bool,
    /// Bytes on disk before the text: the length of a byte order mark.
    base: u32,
    lines: OnceLock<LineIndex>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// And JavaScript.
    TypeScript,
    Rust(Edition),
}

impl Kind {
    pub fn language(self) -> Language {
        match self {
            Kind::TypeScript => Language::TypeScript,
            Kind::Rust(edition) => Language::Rust(edition),
        }
    }
}

/// What lies under the root of a project, not read yet.
#[derive(Debug)]
pub struct Tree {
    pub project: Project,
    /// Files in which a configuration may stand.
    pub settings: Vec<PathBuf>,
    files: BTreeMap<PathBuf, walk::Found>,
    overlay: BTreeMap<PathBuf, Vec<u8>>,
}

impl Tree {
    /// Is this one of the files that were found?
    pub fn holds(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }
}

/// Finds the files of a project.
pub fn find(options: &Options, notes: &mut Notes) -> Result<Tree, Error> {
    let project = Project::find(options)?;
    let walked = walk::find(&project, options.no_ignore, notes);
    Ok(Tree { project, settings: walked.settings, files: walked.files, overlay: options.overlay.clone() })
}

/// Reads the files of a project that are to be read; files named by the user always are.
pub fn read(tree: Tree, wanted: impl Fn(&Path) -> bool, notes: &mut Notes) -> Sources {
    let Tree { project, mut files, overlay, .. } = tree;
    let before = files.len();
    files.retain(|path, found| found.explicit || wanted(path));
    notes.skip_many(Skip::Excluded, before - files.len());
    let read = read::all(&project, files, &overlay, notes);
    Sources { root: project.root.clone(), files: read.into_iter().map(Arc::new).collect() }
}

/// One file, and nothing around it. `None` if there is nothing to read in it; the notes say why.
pub fn load_file(path: &Path, notes: &mut Notes) -> Result<Option<SourceFile>, Error> {
    let options = Options { paths: vec![path.to_owned()], ..Options::default() };
    let project = Project::find(&options)?;
    let found = walk::named(&project, notes);
    Ok(read::all(&project, found.files, &BTreeMap::new(), notes).pop())
}

#[cfg(test)]
impl Sources {
    /// Files that are on no disk, already sorted by path.
    pub(crate) fn of(files: &[(&str, &str)]) -> Sources {
        let file = |(path, text): &(&str, &str)| SourceFile {
            path: (*path).to_owned(),
            shown: (*path).to_owned(),
            absolute: PathBuf::from(path),
            text: (*text).into(),
            kind: if path.ends_with(".rs") { Kind::Rust(Edition::E2021) } else { Kind::TypeScript },
            test: false,
            reported: true,
            base: 0,
            lines: OnceLock::new(),
        };
        Sources { root: PathBuf::from("."), files: files.iter().map(file).map(Arc::new).collect() }
    }
}

impl Sources {
    /// The folder that all paths are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn files(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// The file at an absolute path.
    pub fn at(&self, path: &Path) -> Option<FileId> {
        let at = self.files.iter().position(|file| file.absolute == path)?;
        Some(FileId(at as u32))
    }

    /// Gives one of the files other bytes. Says whether that is all there is to it: a file that would be left out now, or
    /// about which there is something to note, has to be read with all the others.
    pub fn put(&mut self, id: FileId, bytes: Vec<u8>) -> bool {
        match read::again(self.file(id), bytes) {
            Some(file) => {
                self.files[id.index()] = Arc::new(file);
                true
            }
            None => false,
        }
    }
}

impl SourceFile {
    /// The text of a span; what lies outside the file is cut off.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(self.clamp(span.start)..self.clamp(span.end)).unwrap_or_default()
    }

    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// Where a byte of the text stands, for people.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.clamp(offset);
        let (line, column) = self.lines().position(&self.text, offset);
        Position { offset: self.base + offset as u32, line, column }
    }

    /// The byte range of a line (from 1) in the text, without its end.
    pub fn line(&self, line: u32) -> std::ops::Range<usize> {
        self.lines().line(&self.text, line)
    }

    /// The byte of the text that a position means.
    pub fn offset(&self, position: Position) -> usize {
        self.clamp(position.offset.saturating_sub(self.base))
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The nearest character boundary at or before `offset`.
    fn clamp(&self, offset: u32) -> usize {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Why nothing could be read at all.
#[derive(Debug)]
pub enum Error {
    NoSuchPath(PathBuf),
    NoWorkingDirectory(std::io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoSuchPath(path) => write!(f, "no such file or folder: {}", path.display()),
            Error::NoWorkingDirectory(error) => write!(f, "the working directory cannot be had: {error}"),
        }
    }
}

impl std::error::Error for Error {}
