//! Changes: which lines of a work tree differ from a revision or from what is committed, asked of git.
//!
//! git runs only when changes are asked for, and with everything turned off by which a repository could have it run
//! something else in turn.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which changes are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Against {
    /// Everything since the work parted from this revision, committed or not.
    Revision(String),
    /// What the next commit holds.
    Staged,
}

/// The changed lines, by absolute path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    files: BTreeMap<PathBuf, Lines>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Lines {
    All,
    Some(Vec<RangeInclusive<u32>>),
}

impl Changes {
    /// Asks git in the folder.
    pub fn find(folder: &Path, against: &Against) -> Result<Changes, String> {
        let top = top(folder)?;
        let mut changes = Changes::default();
        match against {
            Against::Staged => changes.read(&top, &git(&top, &[&DIFF[..], &["--cached", "--"]].concat())?),
            Against::Revision(revision) => {
                if revision.starts_with('-') {
                    return Err(format!("`{revision}` is no revision"));
                }
                let parted = git(&top, &["merge-base", revision, "HEAD"]);
                let commit = format!("{revision}^{{commit}}");
                let base = parted.or_else(|_| git(&top, &["rev-parse", "--verify", "--quiet", &commit]));
                let base = base.map_err(|_| format!("`{revision}` is no revision that git knows"))?;
                changes.read(&top, &git(&top, &[&DIFF[..], &[base.trim(), "--"]].concat())?);
                let untracked = git(&top, &["ls-files", "--others", "--exclude-standard", "-z"])?;
                let untracked = untracked.split('\0').filter(|name| !name.is_empty());
                changes.files.extend(untracked.map(|name| (top.join(name), Lines::All)));
            }
        }
        Ok(changes)
    }

    /// Takes every file that changed for changed in all its lines.
    pub fn whole_files(mut self) -> Changes {
        self.files.values_mut().for_each(|lines| *lines = Lines::All);
        self
    }

    /// Does one of the lines differ?
    pub fn touch(&self, path: &Path, lines: RangeInclusive<u32>) -> bool {
        match self.files.get(path) {
            None => false,
            Some(Lines::All) => true,
            Some(Lines::Some(changed)) => {
                changed.iter().any(|range| range.start() <= lines.end() && lines.start() <= range.end())
            }
        }
    }

    /// Reads a diff without context. A line of a file can look like a line of the diff, so lines are counted.
    fn read(&mut self, top: &Path, diff: &str) {
        let (mut file, mut skip) = (None, 0usize);
        for line in diff.lines() {
            if skip > 0 && line.starts_with(['+', '-']) {
                skip -= 1;
            } else if let Some(name) = line.strip_prefix("+++ ") {
                file = path_of(name).map(|name| top.join(name));
            } else if let Some((old, new, count)) = hunk(line) {
                skip = old + count;
                let Some(file) = &file else { continue };
                // Where lines went out, those around the gap have changed.
                let range = if count == 0 { new..=new + 1 } else { new..=new + count as u32 - 1 };
                let lines = self.files.entry(file.clone()).or_insert(Lines::Some(Vec::new()));
                if let Lines::Some(ranges) = lines {
                    ranges.push(range);
                }
            }
        }
    }
}

/// What the index holds of files whose work tree differs from it.
pub fn staged_text(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
    let top = top(folder)?;
    let names = git(&top, &["diff", "--name-only", "-z", "--diff-filter=M", "--no-ext-diff", "--no-textconv"])?;
    let staged = |name: &str| Ok((top.join(name), git_bytes(&top, &["show", "--no-textconv", &format!(":{name}")])?));
    names.split('\0').filter(|name| !name.is_empty()).map(staged).collect()
}

const DIFF: [&str; 9] = [
    "diff",
    "--unified=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--ignore-submodules",
    "--find-renames",
];

fn top(folder: &Path) -> Result<PathBuf, String> {
    let top = git(folder, &["rev-parse", "--show-toplevel"])?;
    let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
    Ok(top.canonicalize().unwrap_or(top))
}

fn git(folder: &Path, args: &[&str]) -> Result<String, String> {
    git_bytes(folder, args).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn git_bytes(folder: &Path, args: &[&str]) -> Result<Vec<u8>, String> {
    let quiet = ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null"];
    let output = Command::new("git").arg("-C").arg(folder).args(quiet).args(args).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("git: {}", said.lines().next().unwrap_or("it failed without a word")))
}

/// `@@ -a,b +c,d @@`: how many lines went, where those that came begin, and how many they are.
fn hunk(line: &str) -> Option<(usize, u32, usize)> {
    let mut words = line.strip_prefix("@@ -")?.split(' ');
    let count = |word: &str| word.split_once(',').map_or(Some(1), |(_, count)| count.parse().ok());
    let old = count(words.next()?)?;
    let new = words.next()?.strip_prefix('+')?;
    let start = new.split(',').next()?.parse().ok()?;
    Some((old, start, count(new)?))
}

/// The name behind `+++ `, without its prefix; git quotes names with odd characters as C does.
fn path_of(name: &str) -> Option<String> {
    let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    let name = match quoted {
        Some(name) => unquoted(name),
        None => name.strip_suffix('\t').unwrap_or(name).to_owned(),
    };
    name.strip_prefix("b/").map(str::to_owned)
}

fn unquoted(name: &str) -> String {
    let mut out = Vec::with_capacity(name.len());
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(first @ b'0'..=b'3') => {
                let digit = |byte: Option<u8>| byte.unwrap_or(b'0').wrapping_sub(b'0') & 7;
                out.push((first - b'0') << 6 | digit(bytes.next()) << 3 | digit(bytes.next()));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Changes;

    #[test]
    fn a_diff_is_read_by_its_counts() {
        let diff = "diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -3,2 +3,1 @@\n--- b/gone\n-b\n+++ b/y.ts\n@@ -9,2 +8,0 @@\n-a\n-b\n\
            diff --git a/o b/o\n--- a/o\n+++ \"b/\\303\\266 \\\"q.ts\"\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n\
            --- a/z.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        let mut changes = Changes::default();
        changes.read(Path::new("/t"), diff);
        let touched = |path: &str, line: u32| changes.touch(Path::new(path), line..=line);
        assert_eq!((1..12).filter(|line| touched("/t/x.ts", *line)).collect::<Vec<_>>(), [3, 8, 9]);
        assert_eq!((1..4).filter(|line| touched("/t/ö \"q.ts", *line)).collect::<Vec<_>>(), [1, 2]);
        assert!(!touched("/t/y.ts", 1) && !touched("/t/z.ts", 1));
        assert!(changes.whole_files().touch(Path::new("/t/x.ts"), 100..=100));
    }
}
