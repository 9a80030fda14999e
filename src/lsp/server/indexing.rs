//! Indexing: the person is told how far the first look at a workspace is.

use std::io;

use serde_json::json;

use super::{Asked, Server};

impl Server<'_> {
    /// The first look at a workspace takes its time: the person is told how far it is.
    pub(super) fn begin_indexing(&mut self, id: u64) -> io::Result<()> {
        if !self.client.shows_progress {
            return Ok(());
        }
        self.indexing = Some(id);
        self.ask("window/workDoneProgress/create", json!({ "token": token(id) }), Asked::Nothing)?;
        let begin = json!({ "kind": "begin", "title": "racelint", "cancellable": false, "percentage": 0 });
        self.notify("$/progress", json!({ "token": token(id), "value": begin }))
    }

    pub(in crate::lsp) fn report_indexing(&mut self) -> io::Result<()> {
        let Some(id) = self.indexing else { return Ok(()) };
        let running = self.workspaces.all.get(&id).and_then(|workspace| workspace.running.as_ref());
        let Some((done, files)) = running.map(|(_, progress)| progress.seen()) else { return Ok(()) };
        let message = match done < files || files == 0 {
            true => format!("{done} of {files} files"),
            false => "trying schedules".to_owned(),
        };
        // Reading is the lesser part of the work.
        let percentage = (done * 50).checked_div(files).unwrap_or(0);
        let value = json!({ "kind": "report", "message": message, "percentage": percentage });
        self.notify("$/progress", json!({ "token": token(id), "value": value }))
    }

    pub(super) fn end_indexing(&mut self, id: u64) -> io::Result<()> {
        if self.indexing != Some(id) {
            return Ok(());
        }
        self.indexing = None;
        self.notify("$/progress", json!({ "token": token(id), "value": { "kind": "end" } }))
    }
}

fn token(id: u64) -> String {
    format!("racelint/index/{id}")
}
