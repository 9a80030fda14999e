//! What one child does; its exit code is its answer.

use crate::herd::{ERROR, RIGHT, WRONG};
use crate::{database, files, loads, runner};
use std::error::Error;
use std::process::ExitCode;

/// Whether the answer was right.
pub(crate) type Answer = Result<bool, Box<dyn Error + Send + Sync>>;

pub(crate) fn run(args: &[String]) -> ExitCode {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let answer = match args.as_slice() {
        ["fetch", rest @ ..] => loads::child(rest),
        ["files", rest @ ..] => files::child(rest),
        ["database", rest @ ..] => database::child(rest),
        ["runner", rest @ ..] => runner::child(rest),
        _ => Err("an unknown child".into()),
    };
    ExitCode::from(match answer {
        Ok(true) => RIGHT,
        Ok(false) => WRONG,
        Err(error) => {
            eprintln!("{error}");
            ERROR
        }
    })
}
