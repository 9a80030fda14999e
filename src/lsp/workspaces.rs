//! Workspaces: the folders that the client has open, and how far each is checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::client::Settings;
use super::diagnostics::OfFile;
use crate::selection::Selection;
use crate::session::Checked;
use crate::{Progress, Request, config, source};

/// One folder.
pub(super) struct Workspace {
    pub(super) folder: PathBuf,
    /// Counts what the client has said about it.
    pub(super) wanted: u64,
    /// What was found when the count was this.
    pub(super) known: Option<(u64, Found)>,
    pub(super) running: Option<(u64, Arc<Progress>)>,
    /// The request has to be given to the worker again.
    pub(super) renewed: bool,
    /// The disk has to be looked at again.
    pub(super) look_again: bool,
    /// What the client was told, by file.
    pub(super) published: BTreeMap<PathBuf, OfFile>,
}

#[derive(Clone)]
pub(super) enum Found {
    Checked(Arc<Checked>),
    /// What kept it from being checked.
    Failed(String),
}

impl Workspace {
    fn new(folder: PathBuf) -> Workspace {
        Workspace {
            folder,
            wanted: 1,
            known: None,
            running: None,
            renewed: true,
            look_again: false,
            published: BTreeMap::new(),
        }
    }

    /// Something has changed: what is known is old, and what is being worked out is of no use.
    pub(super) fn touch(&mut self) {
        self.wanted += 1;
        if let Some((_, progress)) = &self.running {
            progress.stop();
        }
    }

    /// What is known of it as it stands now.
    pub(super) fn current(&self) -> Option<&Found> {
        self.known.as_ref().filter(|(generation, _)| *generation == self.wanted).map(|(_, found)| found)
    }

    pub(super) fn needs_work(&self) -> bool {
        self.running.is_none() && self.current().is_none()
    }

    /// What is to be checked in this folder: what `racelint check` would, there.
    pub(super) fn request(&self, settings: &Settings) -> Request {
        let config = settings.config_path.as_ref().map(|path| self.folder.join(path));
        Request {
            source: source::Options { paths: vec![self.folder.clone()], ..source::Options::default() },
            config: config.map_or(config::Choice::Nearest, config::Choice::Given),
            selection: Selection { min_confidence: settings.min_confidence, ..Selection::default() },
            ..Request::default()
        }
    }
}

/// All folders, by a number that is never used again.
#[derive(Default)]
pub(super) struct Workspaces {
    pub(super) all: BTreeMap<u64, Workspace>,
    next: u64,
}

impl Workspaces {
    pub(super) fn add(&mut self, folder: PathBuf) {
        if folder.is_dir() && !self.all.values().any(|known| known.folder == folder) {
            self.all.insert(self.next, Workspace::new(folder));
            self.next += 1;
        }
    }

    /// The number it had.
    pub(super) fn remove(&mut self, folder: &Path) -> Option<(u64, Workspace)> {
        let id = self.all.iter().find(|(_, known)| known.folder == folder).map(|(id, _)| *id)?;
        self.all.remove(&id).map(|workspace| (id, workspace))
    }

    /// The innermost folder around a path.
    pub(super) fn of(&self, path: &Path) -> Option<u64> {
        let around = self.all.iter().filter(|(_, known)| path.starts_with(&known.folder));
        around.max_by_key(|(_, known)| known.folder.components().count()).map(|(id, _)| *id)
    }

    /// The program of a folder can be larger than the folder: whatever changes may matter to all of them.
    pub(super) fn touch_all(&mut self) {
        self.all.values_mut().for_each(Workspace::touch);
    }

    pub(super) fn is_busy(&self) -> bool {
        self.all.values().any(|workspace| workspace.running.is_some())
    }
}
