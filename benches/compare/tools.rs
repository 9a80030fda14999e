//! The tools that are compared, and how each is called: with its defaults, or with the lints alone that are about races.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) const FLOOR: &str = "floor";

pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<String>,
    /// What makes a run like the one before it, unmeasured.
    pub(crate) before: fn(&Path),
}

/// Clippy's lints about locks, guards and atomics.
const CLIPPY: [&str; 6] = [
    "await_holding_lock",
    "await_holding_refcell_ref",
    "let_underscore_lock",
    "mutex_atomic",
    "if_let_mutex",
    "significant_drop_in_scrutinee",
];

/// What can run here, and the names of what cannot. `kept` is a folder for caches.
pub(crate) fn installed(tree: &Path, kept: &Path) -> (Vec<Tool>, Vec<&'static str>) {
    let racelint = env!("CARGO_BIN_EXE_racelint");
    let kept = kept.display().to_string();
    let mut tools = Vec::new();
    if let Ok(this) = std::env::current_exe() {
        tools.push(tool(FLOOR, this, &["floor", "."]));
    }
    tools.push(tool("racelint", racelint.into(), &["check", "--no-cache", "--format", "json", "."]));
    tools.push(tool("racelint, warm", racelint.into(), &["check", "--cache-dir", &kept, "--format", "json", "."]));
    let script = tree.join("package.json").is_file();
    let rust = tree.join("Cargo.toml").is_file();
    let mut missing = Vec::new();
    let mut peer = |name: &'static str, program: &str, applies: bool, args: &[&str]| {
        if applies && runs(program) {
            tools.push(tool(name, program.into(), args));
        } else {
            missing.push(name);
        }
    };
    peer("oxlint", "oxlint", script, &["."]);
    peer("oxlint --type-aware", "oxlint", script && runs("tsgolint"), &["--type-aware", "."]);
    peer("biome lint", "biome", script, &["lint", "--max-diagnostics=20", "."]);
    let eslint = ["--no-config-lookup", "--parser", "@typescript-eslint/parser", "--rule", "require-atomic-updates: 1"];
    let eslint: Vec<&str> = eslint.into_iter().chain(["--ext", ".ts,.tsx,.js", "."]).collect();
    peer("eslint require-atomic-updates", "eslint", script, &eslint);
    peer("ast-grep, one pattern", "ast-grep", script, &["run", "--pattern", "$A = await $B", "--lang", "ts", "."]);
    let semgrep = ["scan", "--metrics=off", "--lang", "ts", "--pattern", "$A = await $B", "."];
    peer("semgrep, one pattern", "semgrep", script, &semgrep);
    let lints: Vec<String> = CLIPPY.iter().map(|lint| format!("-Wclippy::{lint}")).collect();
    let clippy = ["clippy", "--workspace", "--offline", "--quiet", "--", "-Aclippy::all"];
    let clippy: Vec<&str> = clippy.into_iter().chain(lints.iter().map(String::as_str)).collect();
    peer("cargo clippy, warm, its lints on concurrency", "cargo", rust, &clippy);
    if let Some(clippy) = tools.iter_mut().find(|tool| tool.program == Path::new("cargo")) {
        clippy.before = touch_crates;
    }
    (tools, missing)
}

fn tool(name: &str, program: PathBuf, args: &[&str]) -> Tool {
    let args = args.iter().map(|arg| (*arg).to_owned()).collect();
    Tool { name: name.to_owned(), program, args, before: |_| () }
}

fn runs(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Cargo looks again only at crates that have changed: their dependencies stay built, they themselves are looked at.
fn touch_crates(tree: &Path) {
    let roots = walkdir::WalkDir::new(tree).into_iter().filter_entry(|entry| entry.file_name() != "target");
    let roots =
        roots.filter_map(Result::ok).filter(|entry| entry.file_name() == "lib.rs" || entry.file_name() == "main.rs");
    for root in roots {
        // A file that cannot be touched is looked at less often, in favour of the peer.
        let touched = std::fs::File::options().append(true).open(root.path());
        let _ = touched.and_then(|file| file.set_modified(std::time::SystemTime::now()));
    }
}
