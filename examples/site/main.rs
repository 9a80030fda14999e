//! Writes the source of the documentation site: `cargo run --example site -- [FOLDER]`, then `mdbook build FOLDER`.

mod pages;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/site"), PathBuf::from);
    pages::write(&folder)
}
