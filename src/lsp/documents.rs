//! Documents: what the editor has open, with the edits that are not saved yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gen_lsp_types as lsp;
use lsp::TextDocumentContentChangeEvent as Change;

use super::position::Encoding;

/// One open document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) uri: lsp::Uri,
    pub(super) version: i32,
    pub(super) text: String,
}

/// All open documents that are files, by their absolute path.
#[derive(Default, Debug)]
pub(super) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

impl Documents {
    pub(super) fn open(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
    }

    pub(super) fn close(&mut self, path: &Path) -> bool {
        self.open.remove(path).is_some()
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.open.iter()
    }

    /// Says whether there is such a document.
    pub(super) fn change(&mut self, path: &Path, version: i32, changes: &[Change], encoding: Encoding) -> bool {
        let Some(document) = self.open.get_mut(path) else { return false };
        document.version = version;
        for change in changes {
            document.apply(change, encoding);
        }
        true
    }
}

impl Document {
    fn apply(&mut self, change: &Change, encoding: Encoding) {
        match change {
            Change::TextDocumentContentChangeWholeDocument(whole) => self.text.clone_from(&whole.text),
            Change::TextDocumentContentChangePartial(part) => {
                let start = encoding.offset_in(&self.text, part.range.start);
                let end = encoding.offset_in(&self.text, part.range.end).max(start);
                self.text.replace_range(start..end, &part.text);
            }
        }
    }
}
