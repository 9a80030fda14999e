//! Places: files of the project as the client names them.

use std::path::{Path, PathBuf};

use gen_lsp_types as lsp;

use super::documents::Documents;
use super::position::Encoding;
use crate::finding::{FileId, Range};
use crate::source::Sources;

/// The path of a file, as the project knows it: without links. `None` for what is no file.
pub(super) fn path_of(uri: &lsp::Uri) -> Option<PathBuf> {
    let path = uri.to_file_path().ok()?;
    let folder = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    Some(path.canonicalize().ok().or_else(folder).unwrap_or(path))
}

/// What is said about places, to a client.
pub(super) struct Places<'a> {
    pub(super) sources: &'a Sources,
    pub(super) documents: &'a Documents,
    pub(super) encoding: Encoding,
}

impl Places<'_> {
    /// As the client itself calls it, if it has the file open.
    pub(super) fn uri(&self, path: &Path) -> Option<lsp::Uri> {
        let open = self.documents.get(path).map(|document| document.uri.clone());
        open.or_else(|| lsp::Uri::from_file_path(path).ok())
    }

    pub(super) fn location(&self, file: FileId, range: Range) -> Option<lsp::Location> {
        let source = self.sources.file(file);
        Some(lsp::Location { uri: self.uri(&source.absolute)?, range: self.encoding.range(source, range) })
    }
}
