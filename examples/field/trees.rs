//! Lays the sources of a commit out in a folder, from a git directory that has no work tree. Knows no ledger.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ledger::Pin;

/// What racelint reads, and what it looks at to resolve imports.
const READ: [&str; 21] = [
    "*.rs",
    "*.ts",
    "*.tsx",
    "*.mts",
    "*.cts",
    "*.js",
    "*.jsx",
    "*.mjs",
    "*.cjs",
    "*.vue",
    "*.svelte",
    "*.astro",
    "*tsconfig*.json",
    "*jsconfig*.json",
    "*package.json",
    "*pnpm-workspace.yaml",
    "*lerna.json",
    "*Cargo.toml",
    "*racelint.toml",
    "*.gitignore",
    "*.ignore",
];

/// The folder with the sources, made if it is not there yet; `None` if the mirror does not hold the commit.
pub(crate) fn lay_out(mirror: &Path, work: &Path, pin: &Pin) -> io::Result<Option<PathBuf>> {
    let name = pin.repository.replace('/', "+");
    let git = mirror.join(&name).join("repo");
    let tree = work.join(&name).join(&pin.commit);
    if tree.is_dir() {
        return Ok(Some(tree));
    }
    let exists = git.is_dir() && run(&git, &["cat-file", "-e", &format!("{}^{{commit}}", pin.commit)], &[])?.is_some();
    if !exists {
        return Ok(None);
    }
    let part = tree.with_extension("part");
    fs::create_dir_all(&part)?;
    let part = part.canonicalize()?;
    let index = part.with_extension("index");
    let with_index = Git { directory: &git, index: &index, work_tree: &part };
    with_index.run(&["read-tree", &pin.commit], &[])?;
    let files = with_index.run(&[&["ls-files", "-z", "--"], &READ[..]].concat(), &[])?;
    // A shallow mirror may lack a blob or two: the others count all the same.
    with_index.run(&["checkout-index", "-z", "-f", "-q", "--stdin"], &files.unwrap_or_default())?;
    fs::remove_file(&index)?;
    fs::rename(&part, &tree)?;
    Ok(Some(tree))
}

struct Git<'a> {
    directory: &'a Path,
    index: &'a Path,
    work_tree: &'a Path,
}

impl Git<'_> {
    fn run(&self, arguments: &[&str], input: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let mut command = git(self.directory, arguments);
        command.env("GIT_INDEX_FILE", self.index).env("GIT_WORK_TREE", self.work_tree).current_dir(self.work_tree);
        output(&mut command, input)
    }
}

fn run(directory: &Path, arguments: &[&str], input: &[u8]) -> io::Result<Option<Vec<u8>>> {
    output(&mut git(directory, arguments), input)
}

fn git(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.env("GIT_DIR", directory).args(arguments);
    command
}

/// What it prints; `None` if it fails.
fn output(command: &mut Command, input: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(input)?;
    }
    let output = child.wait_with_output()?;
    Ok(output.status.success().then_some(output.stdout))
}
