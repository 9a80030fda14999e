//! The command line: from arguments to an exit code.
//!
//! Exit codes: 0 nothing of severity error was found; 1 something was; 2 the command could not do what was asked, also
//! beside findings. Whatever is written goes to the [`Console`] that `main` hands over; a reader that goes away ends the
//! output quietly.

mod args;
mod baseline;
mod check;
mod clean;
mod config;
mod diff;
mod explain;
mod fix;
mod list;
mod manual;
mod output;
mod params;
mod progress;
mod report;
mod suppress;
mod watch;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{CommandFactory, FromArgMatches};

use crate::report::{Style, clean};
use args::{Args, Colour, Command};

/// Where output goes, and what is known of it.
pub struct Console {
    pub out: Box<dyn Write>,
    pub err: Box<dyn Write + Send>,
    pub out_is_terminal: bool,
    pub err_is_terminal: bool,
    /// Columns, where there is a terminal.
    pub width: Option<usize>,
}

/// Exit codes.
const CLEAN: u8 = 0;
const FOUND: u8 = 1;
const FAILED: u8 = 2;

/// Columns where there is no terminal to ask.
const PLAIN_WIDTH: usize = 100;

/// Runs the command that `args` (with the program's name first) asks for.
pub fn run(args: impl IntoIterator<Item = OsString>, console: &mut Console) -> u8 {
    let args = match params::expand(args) {
        Ok(args) => args,
        Err(message) => {
            console.complain(&message);
            return FAILED;
        }
    };
    let matches = match command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return usage(&error, console),
    };
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(error) => return usage(&error, console),
    };
    let style = console.style(args.color);
    let done = match args.command {
        Command::Check(args) => check::run(&args, args::levels(&matches), style, console),
        Command::Report(args) => report::run(&args, console),
        Command::Explain(args) => explain::run(&args, style, console),
        Command::Rules(args) => list::run(&args, style, console),
        Command::Config(args) => config::show(&args, console),
        Command::Init(args) => config::init(&args, console),
        Command::Baseline(args) => baseline::run(&args, console),
        Command::Clean(args) => clean::run(&args, console),
        Command::Lsp(_) => crate::lsp::serve(io::BufReader::new(io::stdin()), &mut console.out),
        Command::Completions(args) => manual::completions(args.shell, console),
        Command::Man => manual::page(console),
    };
    match done {
        Ok(code) => code,
        // Who reads no further has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => CLEAN,
        Err(error) => {
            console.complain(&format!("the output cannot be written: {error}"));
            FAILED
        }
    }
}

/// Everything that can be typed, for those who write about it.
pub fn command() -> clap::Command {
    Args::command()
}

/// `--help` and `--version` are output; everything else that clap says is a complaint.
fn usage(error: &clap::Error, console: &mut Console) -> u8 {
    let coloured = |text: clap::builder::StyledStr, colour: bool| match colour {
        true => text.ansi().to_string(),
        false => text.to_string(),
    };
    let colour = console.style(Colour::Auto).colour;
    if error.use_stderr() {
        let colour = colour && console.err_is_terminal;
        // A complaint that nobody can read changes nothing.
        let _ = console.err.write_all(coloured(error.render(), colour).as_bytes());
        return FAILED;
    }
    let _ = console.out.write_all(coloured(error.render(), colour).as_bytes());
    CLEAN
}

impl Console {
    fn style(&self, colour: Colour) -> Style {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
            Colour::Auto => set("CLICOLOR_FORCE") || self.out_is_terminal && !dumb,
        };
        Style { colour, width: self.width.unwrap_or(PLAIN_WIDTH) }
    }

    /// Text out of files: a program gets every byte of it, a terminal nothing that it would obey.
    fn write_code(&mut self, text: &str) -> io::Result<()> {
        if !self.out_is_terminal {
            return self.out.write_all(text.as_bytes());
        }
        text.split_inclusive('\n').try_for_each(|line| match line.strip_suffix('\n') {
            Some(line) => writeln!(self.out, "{}", clean(line)),
            None => write!(self.out, "{}", clean(line)),
        })
    }

    /// Says on the error stream what is wrong. Names in it may come from anywhere.
    fn complain(&mut self, text: &str) {
        // There is nowhere left to say that this failed.
        let lines: Vec<_> = text.lines().map(clean).collect();
        let _ = writeln!(self.err, "racelint: {}", lines.join("\n"));
    }
}
