//! Tell: what was found goes to the client, sent or fetched; never what it knows already.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use gen_lsp_types as lsp;
use serde_json::{Value, json};

use super::{Asked, Found, Server};
use crate::lsp::diagnostics::{self, OfFile};
use crate::lsp::places::path_of;

impl Server<'_> {
    /// Tells the client what is found now, as far as it is not what it was told before.
    pub(super) fn tell(&mut self, id: u64, found: &Found) -> io::Result<()> {
        if self.workspaces.all.get(&id).is_none_or(|workspace| workspace.current().is_none()) {
            return Ok(());
        }
        let mut all = match found {
            Found::Checked(checked) => diagnostics::all(checked, &self.places(&checked.report.sources)),
            Found::Failed(_) => BTreeMap::new(),
        };
        all.retain(|path, _| self.workspaces.of(path).is_none_or(|owner| owner == id));
        let Some(workspace) = self.workspaces.all.get_mut(&id) else { return Ok(()) };
        let before = std::mem::replace(&mut workspace.published, all.clone());
        self.publish(before, &all)
    }

    pub(super) fn publish(
        &mut self,
        before: BTreeMap<PathBuf, OfFile>,
        now: &BTreeMap<PathBuf, OfFile>,
    ) -> io::Result<()> {
        if self.client.pulls {
            let changed = before != *now && self.client.refreshes_diagnostics;
            let refresh = "workspace/diagnostic/refresh";
            return if changed { self.ask(refresh, Value::Null, Asked::Nothing) } else { Ok(()) };
        }
        let none = OfFile::default();
        let paths: BTreeSet<&PathBuf> = before.keys().chain(now.keys()).collect();
        for path in paths {
            let (old, new) = (before.get(path), now.get(path).unwrap_or(&none));
            // An open document is told of again: the client may have moved the old ones about.
            let open = self.documents.get(path);
            if old == Some(new) && open.is_none() {
                continue;
            }
            let uri = open.map(|document| document.uri.clone()).or_else(|| lsp::Uri::from_file_path(path).ok());
            let Some(uri) = uri else { continue };
            let version = open.map(|document| document.version);
            let params = lsp::PublishDiagnosticsParams { uri, version, diagnostics: new.items.clone() };
            self.notify("textDocument/publishDiagnostics", json!(params))?;
        }
        Ok(())
    }

    /// Every file that has diagnostics, or had some when the client last asked.
    pub(super) fn all_diagnostics(&self, known: &[lsp::PreviousResultId]) -> Option<Value> {
        if self.workspaces.all.values().any(|workspace| workspace.current().is_none()) {
            return None;
        }
        let known: BTreeMap<PathBuf, &str> =
            known.iter().filter_map(|known| Some((path_of(&known.uri)?, known.value.as_str()))).collect();
        let mut now: BTreeMap<&PathBuf, &OfFile> = BTreeMap::new();
        for workspace in self.workspaces.all.values() {
            now.extend(&workspace.published);
        }
        let none = OfFile::default();
        known.keys().for_each(|path| {
            now.entry(path).or_insert(&none);
        });
        let items = now.into_iter().filter_map(|(path, of_file)| {
            let open = self.documents.get(path);
            let uri = open.map(|document| document.uri.clone()).or_else(|| lsp::Uri::from_file_path(path).ok())?;
            let mut item = report(of_file, known.get(path).copied());
            item["uri"] = json!(uri);
            item["version"] = json!(open.map(|document| document.version));
            Some(item)
        });
        Some(json!({ "items": items.collect::<Vec<_>>() }))
    }
}

/// The diagnostics of a file, or that they are the same as before.
pub(super) fn report(of_file: &OfFile, known: Option<&str>) -> Value {
    let id = if of_file.id.is_empty() { diagnostics::id(&[]) } else { of_file.id.clone() };
    match known == Some(id.as_str()) {
        true => json!({ "kind": "unchanged", "resultId": id }),
        false => json!({ "kind": "full", "resultId": id, "items": of_file.items }),
    }
}
