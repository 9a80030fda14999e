//! Client: what the editor can do, what the person has set, and what the server offers in return.

use std::path::PathBuf;

use gen_lsp_types as lsp;
use serde::Deserialize;
use serde_json::Value;

use super::position::Encoding;
use crate::finding::Confidence;

/// Writes findings into the baseline of their project.
pub(super) const ADD_TO_BASELINE: &str = "racelint.addToBaseline";
/// Shows a schedule; the client does this, if it can.
pub(super) const SHOW_SCHEDULE: &str = "racelint.showSchedule";
/// The kind of the action that makes every safe fix.
pub(super) const FIX_ALL: &str = "source.fixAll.racelint";

/// What the client said when it began.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// It asks for diagnostics; else they are sent without being asked for.
    pub(super) pulls: bool,
    pub(super) refreshes_diagnostics: bool,
    pub(super) refreshes_lenses: bool,
    pub(super) shows_progress: bool,
    pub(super) watches_files: bool,
    pub(super) has_configuration: bool,
    /// Edits of an action are asked for when it is chosen.
    pub(super) resolves_edits: bool,
    pub(super) shows_schedules: bool,
}

/// What the person has set: `racelint.*` in the editor.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Settings {
    /// What was explored, above each function.
    pub(super) code_lens: bool,
    /// Behind the names of functions that the code runs beside themselves.
    pub(super) inlay_hints: bool,
    /// In place of what the configuration says.
    pub(super) min_confidence: Option<Confidence>,
    /// Use this configuration for all files.
    pub(super) config_path: Option<PathBuf>,
}

impl Settings {
    /// From what an editor sends; what cannot be understood changes nothing.
    pub(super) fn read(value: &Value) -> Option<Settings> {
        let value = value.get("racelint").unwrap_or(value);
        if value.is_object() { serde_json::from_value(value.clone()).ok() } else { None }
    }
}

impl Client {
    pub(super) fn new(params: &Value) -> Client {
        let says = |path: &str| params.pointer(&format!("/capabilities{path}")).is_some_and(|value| *value == true);
        let list = |path: &str| params.pointer(&format!("/capabilities{path}")).and_then(Value::as_array);
        let resolves = list("/textDocument/codeAction/resolveSupport/properties");
        let encodings = list("/general/positionEncodings").map(Vec::as_slice).unwrap_or_default();
        Client {
            encoding: encodings.iter().find_map(encoding).unwrap_or(Encoding::Utf16),
            pulls: params.pointer("/capabilities/textDocument/diagnostic").is_some_and(Value::is_object),
            refreshes_diagnostics: says("/workspace/diagnostics/refreshSupport"),
            refreshes_lenses: says("/workspace/codeLens/refreshSupport"),
            shows_progress: says("/window/workDoneProgress"),
            watches_files: says("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            has_configuration: says("/workspace/configuration"),
            resolves_edits: resolves.is_some_and(|properties| properties.iter().any(|name| name == "edit")),
            shows_schedules: says("/experimental/racelintSchedules"),
        }
    }

    /// What the server can do for this client.
    pub(super) fn capabilities(&self) -> lsp::ServerCapabilities {
        let kinds = vec![lsp::CodeActionKind::QuickFix, FIX_ALL.into()];
        let actions = lsp::CodeActionOptions {
            code_action_kinds: Some(kinds),
            resolve_provider: Some(true),
            ..lsp::CodeActionOptions::default()
        };
        let sync = lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::Incremental),
            save: Some(true.into()),
            ..lsp::TextDocumentSyncOptions::default()
        };
        let diagnostics = lsp::DiagnosticOptions {
            identifier: Some("racelint".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: true,
            ..lsp::DiagnosticOptions::default()
        };
        let folders =
            lsp::WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(true.into()) };
        let commands = lsp::ExecuteCommandOptions {
            commands: vec![ADD_TO_BASELINE.to_owned()],
            ..lsp::ExecuteCommandOptions::default()
        };
        lsp::ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(sync.into()),
            hover_provider: Some(true.into()),
            code_action_provider: Some(actions.into()),
            code_lens_provider: Some(lsp::CodeLensOptions::default()),
            inlay_hint_provider: Some(true.into()),
            diagnostic_provider: self.pulls.then(|| diagnostics.into()),
            execute_command_provider: Some(commands),
            workspace: Some(lsp::WorkspaceOptions {
                workspace_folders: Some(folders),
                ..lsp::WorkspaceOptions::default()
            }),
            ..lsp::ServerCapabilities::default()
        }
    }
}

/// Of those that the client knows the first one that is known here, too: the client names the one it likes best first.
fn encoding(name: &Value) -> Option<Encoding> {
    match name.as_str()? {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    }
}
