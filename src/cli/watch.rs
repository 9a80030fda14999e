//! `racelint check --watch`: checks again whenever a file that matters has changed.

use std::io;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use notify_debouncer_mini::notify::RecursiveMode;
use notify_debouncer_mini::{DebounceEventResult, new_debouncer};

use super::{CLEAN, Console, FAILED};
use crate::config;

/// Editors write a file in several steps, and tools many files at once.
const QUIET: Duration = Duration::from_millis(200);

/// Runs `check` now and after every change below `root`, until somebody ends the program.
pub(super) fn run(
    root: &Path,
    console: &mut Console,
    mut check: impl FnMut(&mut Console) -> io::Result<u8>,
) -> io::Result<u8> {
    let (sender, changes) = channel::<DebounceEventResult>();
    let watched = new_debouncer(QUIET, sender).and_then(|mut debouncer| {
        debouncer.watcher().watch(root, RecursiveMode::Recursive)?;
        Ok(debouncer)
    });
    let _watcher = match watched {
        Ok(debouncer) => debouncer,
        Err(error) => {
            console.complain(&format!("{} cannot be watched: {error}", root.display()));
            return Ok(FAILED);
        }
    };
    loop {
        check(console)?;
        console.complain("waiting for changes; Ctrl-C ends");
        loop {
            match changes.recv() {
                Ok(Ok(events)) if !events.iter().any(|event| matters(&event.path)) => {}
                Ok(Ok(_)) => break,
                Ok(Err(error)) => console.complain(&format!("changes may be missed: {error}")),
                Err(_) => return Ok(CLEAN),
            }
        }
    }
}

/// Code, a configuration, or what says which files are read.
fn matters(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let hidden = path.components().any(|part| part.as_os_str() == ".git" || part.as_os_str() == "target");
    let code = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "rs"].contains(&extension);
    let settings = config::FILES.contains(&name) || name == crate::baseline::FILE || name == "tsconfig.json";
    !hidden && (code || settings || name.ends_with("ignore"))
}

#[cfg(test)]
mod tests {
    use super::matters;
    use std::path::Path;

    #[test]
    fn only_what_is_read_matters() {
        let does = |path: &str| matters(Path::new(path));
        assert!(does("/a/src/b.tsx") && does("/a/racelint.toml") && does("/a/.gitignore") && does("/a/lib.rs"));
        assert!(!does("/a/README.md") && !does("/a/.git/index.ts") && !does("/a/target/debug/build/x.rs"));
    }
}
