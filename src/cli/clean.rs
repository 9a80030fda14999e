//! `racelint clean`: what earlier runs have kept is removed.

use std::io;

use super::args::CleanArgs;
use super::{CLEAN, Console, FAILED};
use crate::cache;

pub(super) fn run(args: &CleanArgs, console: &mut Console) -> io::Result<u8> {
    let Some(folder) = args.cache_dir.clone().or_else(cache::folder) else {
        console.complain("this platform has no folder for caches: give one with --cache-dir");
        return Ok(FAILED);
    };
    match cache::clean(&folder) {
        Ok(files) => {
            let s = if files == 1 { "" } else { "s" };
            writeln!(console.out, "{}: {files} file{s} removed.", folder.display())?;
            Ok(CLEAN)
        }
        Err(error) => {
            console.complain(&format!("{}: {error}", folder.display()));
            Ok(FAILED)
        }
    }
}
