//! Tidiness: sizes, first lines, words, and paths that exist. What is written about the code has to be true of it.

use std::fs;
use std::path::{Path, PathBuf};

const MAX_FILE: usize = 500;
const MAX_FUNCTION: usize = 70;

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![top().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The Rust files of the linter and of the reference crate, with their text.
fn sources() -> Vec<(String, String)> {
    let paths = files("src").into_iter().chain(files("runtime-reference/src"));
    let rust = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| (shown(&path), fs::read_to_string(&path).expect("a source file"))).collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(top()).expect("it lies in the repository").display().to_string()
}

fn is_tests(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let long = |(path, text): &(String, String)| {
        let lines = text.lines().count();
        (lines > MAX_FILE && !is_tests(path)).then(|| format!("{path}: {lines} lines"))
    };
    report(&sources().iter().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn no_function_is_too_long() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut functions = Functions::default();
        syn::visit::Visit::visit_file(&mut functions, &file);
        let long = functions.lengths.into_iter().filter(|(_, lines)| *lines > MAX_FUNCTION);
        wrong.extend(long.map(|(name, lines)| format!("{path}: {name} has {lines} lines")));
    }
    report(&wrong);
}

/// Names and lengths of functions.
#[derive(Default)]
struct Functions {
    lengths: Vec<(String, usize)>,
}

impl Functions {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.fn_token.span.start().line;
        let last = block.brace_token.span.close().end().line;
        self.lengths.push((signature.ident.to_string(), last + 1 - first));
    }
}

impl<'ast> syn::visit::Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }
}

#[test]
fn every_module_says_first_what_it_is() {
    let silent = |(path, text): &(String, String)| {
        (!text.starts_with("//! ") && !text.starts_with("/*!\n")).then(|| path.clone())
    };
    report(&sources().iter().filter_map(silent).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_for_later() {
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["HA", "CK"]].map(|parts| parts.concat());
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let words = words.iter().filter(|word| line.split(|c: char| !c.is_alphanumeric()).any(|w| w == *word));
            wrong.extend(words.map(|word| format!("{path}:{}: {word}", number + 1)));
        }
    }
    report(&wrong);
}

/// rustfmt follows `mod` lines: a module that is declared inside a macro, or nowhere, is not formatted.
#[test]
fn every_file_is_a_declared_module() {
    let mut wrong = Vec::new();
    for (path, _) in sources() {
        let path = Path::new(&path);
        let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let folder = path.parent().expect("a file has a folder");
        let (name, home) = match stem.as_str() {
            "lib" | "main" => continue,
            "mod" => (folder.file_name().expect("a name").to_string_lossy().into_owned(), folder.parent()),
            _ => (stem, Some(folder)),
        };
        let home = home.expect("a module has a parent");
        let beside = home.with_extension("rs");
        let parents = [home.join("mod.rs"), home.join("lib.rs"), home.join("main.rs"), beside];
        let declares = |parent: &PathBuf| {
            let text = fs::read_to_string(top().join(parent)).unwrap_or_default();
            text.lines().any(|line| {
                let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
                line.trim_start_matches("pub ") == format!("mod {name};")
            })
        };
        if !parents.iter().any(declares) {
            wrong.push(format!("{}: no `mod {name};` beside it", path.display()));
        }
    }
    report(&wrong);
}

/// Also what is a workspace of its own.
#[test]
fn no_crate_may_be_unsafe() {
    let roots =
        ["src", "runtime-reference", "fuzz"].into_iter().filter(|folder| top().join(folder).is_dir()).flat_map(files);
    let is_root = |path: &PathBuf| {
        let path = shown(path);
        let root = ["/lib.rs", "/main.rs"].iter().any(|name| path.ends_with(name));
        root && !path.contains("/tests/")
            && !path.contains("/target/")
            && !path.contains("/node_modules/")
            && !path.contains("/corpus/")
    };
    let roots: Vec<PathBuf> = roots.filter(is_root).collect();
    assert!(roots.len() > 8, "{roots:?}");
    let text = |path: &PathBuf| fs::read_to_string(path).expect("a source file");
    let free = roots.iter().filter(|path| !text(path).contains("\n#![forbid(unsafe_code)]\n"));
    report(&free.map(|path| shown(path)).collect::<Vec<_>>());
}

/// `print!` outside of `main.rs` would bypass the console that tests and pipes rely on.
#[test]
fn only_main_prints_or_exits() {
    let mut wrong = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("src/") && path != "src/main.rs") {
        for word in ["println!", "eprintln!", "print!(", "process::exit", "process::abort"] {
            let code = |line: &&str| !line.trim_start().starts_with("//") && !line.contains(&format!("\"{word}"));
            let said = text.lines().filter(code).any(|line| line.split('"').step_by(2).any(|code| code.contains(word)));
            if said {
                wrong.push(format!("{path}: {word}"));
            }
        }
    }
    report(&wrong);
}

/// Paths that the hand-written pages name in backticks or links exist.
#[test]
fn pages_name_paths_that_exist() {
    let mut wrong = Vec::new();
    for page in ["README.md", "ARCHITECTURE.md"] {
        let text = fs::read_to_string(top().join(page)).expect("a page");
        for path in named_paths(&text) {
            if !top().join(&path).exists() {
                wrong.push(format!("{page}: {path}"));
            }
        }
    }
    report(&wrong);
}

/// What stands in backticks or is linked, and has a slash or a page's name, without blanks, globs and placeholders.
fn named_paths(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let ticked = prose.split('`').skip(1).step_by(2);
    let linked = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let page = |word: &str| word.ends_with(".md") && word.starts_with(|c: char| c.is_ascii_uppercase());
    ticked
        .chain(linked)
        .filter(|word| word.contains('/') || page(word))
        .filter(|word| !word.contains(|c: char| " <>*{}()=:\"$,".contains(c)) && !word.starts_with('/'))
        .map(|word| word.trim_end_matches('/').to_owned())
        .collect()
}
