//! Watch: which files the client is asked to watch, and what a change of one means.

use std::path::Path;

use gen_lsp_types as lsp;

use super::documents::Documents;
use crate::{baseline, config};

/// Code, and whatever says how it is read.
const PATTERNS: [&str; 5] = [
    "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,rs}",
    "**/{racelint.toml,racelint-baseline.json,Cargo.toml,package.json}",
    "**/{tsconfig,jsconfig}*.json",
    "**/{pnpm-workspace.yaml,lerna.json}",
    "**/{.gitignore,.ignore,.racelintignore}",
];

/// The request to be told of changes.
pub(super) fn registration() -> lsp::RegistrationParams {
    let watcher = |pattern: &str| lsp::FileSystemWatcher { glob_pattern: pattern.to_owned().into(), kind: None };
    let options =
        lsp::DidChangeWatchedFilesRegistrationOptions { watchers: PATTERNS.iter().map(|p| watcher(p)).collect() };
    lsp::RegistrationParams {
        registrations: vec![lsp::Registration {
            id: "racelint/files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        }],
    }
}

/// Does it matter that this file has changed on the disk? Of an open document the text in the editor counts. What lies in
/// dependencies is never read.
pub(super) fn matters(path: &Path, documents: &Documents) -> bool {
    let inside = |name: &str| path.components().any(|part| part.as_os_str() == name);
    documents.get(path).is_none() && !inside("node_modules") && !inside(".git")
}

/// Is it source text, by its name?
pub(super) fn is_source(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    matches!(ending, "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" | "rs")
}

/// Does the file say how a project is checked?
pub(super) fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    config::FILES.contains(&name) || name == baseline::FILE
}
