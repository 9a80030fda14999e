//! Reach: who else can come upon a file, by what its path is put together from. It is the evidence of every rule on files,
//! and it is said in the finding.

use super::Context;
use super::stands_for::stands_for;
use crate::link::Program;
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Seg, SharedKey};

/// What the program writes to read it again later.
pub(super) const KEPT: &str = "kept state";

/// What people and their commands edit.
pub(super) const SETTINGS: &str = "configuration";

/// Names of what outlives a run and is there for others, with how to say it.
const KINDS: &[(&str, &[&str])] = &[
    ("a lock file", &["lock"]),
    ("a cache", &["cache"]),
    (SETTINGS, &["config", "settings", "preferences", "prefs", "rcfile"]),
    (
        KEPT,
        &[
            "state",
            "store",
            "session",
            "history",
            "registry",
            "manifest",
            "checkpoint",
            "credential",
            "token",
            "queue",
            "journal",
            "database",
            "secret",
            "snapshot",
            ".db",
        ],
    ),
    ("in a folder that all processes share", SHARED),
];

/// Folders that all processes of a user or a machine have in common.
const SHARED: &[&str] = &[
    "homedir()",
    "home_dir()",
    "tmpdir()",
    "temp_dir()",
    "cache_dir()",
    "config_dir()",
    "data_dir()",
    "data_local_dir()",
    "state_dir()",
    "\"/tmp",
    "\"/var",
    "process.env.home",
    "process.env.xdg",
    "process.env.appdata",
];

/// Folders of code that one person runs at a time: to build, to release, to measure.
const TOOLS: &[&str] = &[
    "scripts/",
    "script/",
    "tools/",
    "bench/",
    "benches/",
    "benchmark/",
    "benchmarks/",
    "probe/",
    "examples/",
    "example/",
    "xtask/",
    "e2e/",
    "integration-tests/",
    "fixtures/",
    "eval/",
    "evals/",
    "testing/",
    "build/",
    "docs/",
    "demo/",
    "release/",
    "templates/",
    ".github/",
];

/// Words in the names of such folders: `build-scripts`, `docs-generator`, `xtask-lint`.
const TOOL_WORDS: &[&str] = &["scripts", "xtask", "codemod", "codemods", "generator", "scaffold", "upgrades"];

/// What stands in the source tree that such a tool is started in: people edit it, and no process waits for it.
const SOURCES: &[&str] = &[
    "package.json",
    "tsconfig.json",
    "pnpm-workspace.yaml",
    "cargo.toml",
    "pyproject.toml",
    "pom.xml",
    ".csproj",
    ".md",
    ".rs",
    ".ts",
    ".tsx",
    ".js",
];

/// What is known of a file's reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reach {
    /// The path with what its names stand for.
    pub(super) path: String,
    /// As the code writes it.
    shown: String,
    /// What it is by its path.
    pub(super) kind: Option<&'static str>,
    /// What the code around it is about, where the path does not say.
    pub(super) around: Option<&'static str>,
    pub(super) is_lock: bool,
    /// It lies in a folder that processes share, whatever its name.
    pub(super) is_common: bool,
    /// The code around it is run by hand, one at a time.
    pub(super) is_tool: bool,
    /// The code around it is a command that a person starts.
    pub(super) is_command: bool,
    /// The code spells a part of the path, or it is what its kind says by its name.
    pub(super) is_spelt: bool,
}

impl Reach {
    pub(super) fn of(cx: &Context<'_>, key: &SharedKey, shown: &str, function: FunctionId) -> Reach {
        let program = cx.program;
        let mut path = shown.to_owned();
        if let Some(more) = stands_for(cx, key) {
            path.push(' ');
            path.push_str(&more);
        }
        let code = program.function(function);
        let unit = program.unit(UnitId { file: function.file, ix: code.unit });
        let file = &program.files[function.file.index()].path;
        let around = format!("{} {} {}", code.name, unit.name, file.rsplit('/').next().unwrap_or(file));
        let lower = path.to_lowercase();
        let named = kind(&path);
        Reach {
            kind: named.or_else(|| cx.examination.uses.is_kept(key).then_some(KEPT)),
            around: kind(&around),
            is_lock: is_lock(&path),
            is_common: SHARED.iter().any(|folder| lower.contains(folder)),
            is_tool: is_tool(file) || is_source(shown) || is_beside_the_source(&lower),
            is_command: is_command(file),
            is_spelt: named.is_some() || key.path.iter().any(|seg| matches!(seg, Seg::Part(_))),
            shown: shown.to_owned(),
            path,
        }
    }

    /// A lock that is no file: all who know its name can have it.
    pub(super) fn of_lock(program: &Program, function: FunctionId, shown: &str) -> Reach {
        let file = &program.files[function.file.index()].path;
        Reach {
            path: shown.to_owned(),
            shown: shown.to_owned(),
            kind: Some("a lock by its name"),
            around: None,
            is_lock: true,
            is_common: true,
            is_tool: is_tool(file),
            is_command: is_command(file),
            is_spelt: true,
        }
    }

    /// Is it only on its way to somewhere else?
    pub(super) fn is_temporary(&self) -> bool {
        let path = self.path.to_lowercase();
        ["tmp", "temp", ".bak", "backup", ".part"].iter().any(|word| path.contains(word)) && !path.contains("template")
    }

    /// The sentence for the finding.
    pub(super) fn sentence(&self) -> String {
        let shown = &self.shown;
        match (self.kind, self.around) {
            (Some(kind), _) => format!("`{shown}` is {kind}: another process that runs this works on the same file"),
            (None, Some(kind)) => {
                format!("`{shown}` is {kind}, by what is done with it, and another process works on it too")
            }
            (None, None) => format!("another process works on `{shown}` too"),
        }
    }
}

/// Is this a script for those who build the program?
fn is_tool(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let build =
        name.contains(".config.") || name.contains("esbuild") || name.contains("test-helper") || name == "build.rs";
    let folder = file.strip_suffix(name).unwrap_or_default();
    build
        || TOOLS.iter().any(|folder| file.starts_with(folder) || file.contains(&format!("/{folder}")))
        || folder.split('/').any(is_tool_folder)
}

/// Is it a command of a command line? A person starts one, and then another.
fn is_command(file: &str) -> bool {
    const WORDS: &[&str] = &["cli", "cmd", "command", "commands", "ctl", "bin"];
    file.split(['/', '-', '_', '.']).any(|word| WORDS.contains(&word))
}

/// Is it named from where the code itself lies? Who writes there builds the program.
fn is_beside_the_source(path: &str) -> bool {
    ["__dirname", "importmetaurl", "import.meta.", "cargo_manifest_dir"].iter().any(|name| path.contains(name))
}

fn is_tool_folder(name: &str) -> bool {
    let mut words = name.split(['-', '_']);
    let dev = words.clone().next_back() == Some("dev");
    dev || name.starts_with("create-") || words.any(|word| TOOL_WORDS.contains(&word))
}

/// Is it a file that people write: a manifest, a source, a page?
fn is_source(shown: &str) -> bool {
    let last = shown.rsplit('/').next().unwrap_or(shown).to_lowercase();
    SOURCES.iter().any(|ending| last.ends_with(ending))
}

fn kind(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    KINDS.iter().find(|(_, words)| words.iter().any(|word| holds(&text, word))).map(|(kind, _)| *kind)
}

fn holds(text: &str, word: &str) -> bool {
    // `block`, `clock` and `package-lock.json` are no locks.
    if word == "lock" {
        return is_lock(text);
    }
    text.contains(word)
}

/// Does the path name a lock, a pid file?
fn is_lock(path: &str) -> bool {
    let path = path.to_lowercase();
    let mut found = false;
    for (at, _) in path.match_indices("lock") {
        let before = path[..at].chars().next_back();
        let rest = &path[at + 4..];
        let word = before.is_none_or(|c| !c.is_ascii_alphabetic()) || path[..at].ends_with("file");
        let data = rest.starts_with(".json")
            || rest.starts_with(".yaml")
            || rest.starts_with(".toml")
            || rest.starts_with("ed");
        let of_packages = ["package-", "cargo.", "yarn.", "bun.", "pnpm-", "poetry.", "gemfile."];
        found |= word && !data && !of_packages.iter().any(|name| path[..at].ends_with(name));
    }
    let camel = [
        "lockpath",
        "lockfile",
        "lockdir",
        "lock_path",
        "lock_file",
        "lock_dir",
        "pidfile",
        "pid_file",
        "pidpath",
        "pid_path",
        ".pid",
    ];
    found || camel.iter().any(|name| path.contains(name))
}
