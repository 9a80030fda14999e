//! The floor: what no linter that reads these files can go below. It walks, reads and parses them, on the same threads and
//! with the same parsers, and does nothing with what it has read.

use std::path::{Path, PathBuf};

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use racelint::notes::Notes;
use racelint::source::{self, Kind, Options, SourceFile};
use rayon::prelude::*;

/// As much as racelint gives to the threads that parse.
const STACK_BYTES: usize = 16 << 20;

/// Parses the files under a folder. How many they are, and their bytes.
pub(crate) fn run(folder: &Path) -> Result<(usize, usize), Box<dyn std::error::Error>> {
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build()?;
    Ok(threads.install(|| parse_all(folder))?)
}

fn parse_all(folder: &Path) -> Result<(usize, usize), source::Error> {
    let mut notes = Notes::default();
    let options = Options { paths: vec![PathBuf::from(folder)], ..Options::default() };
    let sources = source::read(source::find(&options, &mut notes)?, |_| true, &mut notes);
    sources.files().par_iter().for_each_init(Allocator::default, parse);
    let bytes = sources.files().iter().map(|file| file.text.len()).sum();
    Ok((sources.files().len(), bytes))
}

fn parse(arena: &mut Allocator, file: &std::sync::Arc<SourceFile>) {
    match file.kind {
        Kind::TypeScript => script(arena, file),
        Kind::Rust(_) => {
            std::hint::black_box(syn::parse_file(&file.text).is_ok());
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
}

fn script(arena: &mut Allocator, file: &SourceFile) {
    let kind = SourceType::from_path(&file.path).unwrap_or_default();
    let kind = if kind.is_javascript() { kind.with_jsx(true) } else { kind };
    let options = ParseOptions { preserve_parens: false, allow_return_outside_function: true, ..Default::default() };
    let parsed = Parser::new(arena, &file.text, kind).with_options(options).parse();
    std::hint::black_box(SemanticBuilder::new().build(&parsed.program).semantic.nodes().len());
    drop(parsed);
    arena.reset();
}
