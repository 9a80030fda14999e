//! The command: the only file that prints or exits.

#![forbid(unsafe_code)]

use std::io::{self, BufWriter, IsTerminal};
use std::process::ExitCode;

use racelint::cli::{self, Console};

/// Lowering makes millions of small vectors on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut console = Console {
        out: Box::new(BufWriter::with_capacity(1 << 16, io::stdout().lock())),
        err: Box::new(io::stderr()),
        out_is_terminal: io::stdout().is_terminal(),
        err_is_terminal: io::stderr().is_terminal(),
        width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
    };
    ExitCode::from(cli::run(std::env::args_os(), &mut console))
}
