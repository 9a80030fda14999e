//! `racelint completions` and `racelint man`: made from the arguments themselves.

use std::io;

use clap::CommandFactory;

use super::args::Args;
use super::{CLEAN, Console};

pub(super) fn completions(shell: clap_complete::Shell, console: &mut Console) -> io::Result<u8> {
    clap_complete::generate(shell, &mut Args::command(), "racelint", &mut console.out);
    console.out.flush()?;
    Ok(CLEAN)
}

/// One page for the program and each of its commands.
pub(super) fn page(console: &mut Console) -> io::Result<u8> {
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut console.out)?;
    for command in command.get_subcommands() {
        let name = format!("racelint {}", command.get_name());
        let page = clap_mangen::Man::new(command.clone().display_name(name));
        page.render_synopsis_section(&mut console.out)?;
        page.render_description_section(&mut console.out)?;
        page.render_options_section(&mut console.out)?;
    }
    console.out.flush()?;
    Ok(CLEAN)
}
