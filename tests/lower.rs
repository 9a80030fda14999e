//! Every source in `fixtures/lower/` becomes the facts beside it. `RACELINT_BLESS=1` writes them anew: read the difference.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::path::{Path, PathBuf};

use racelint::facts::{FileFacts, dump, validate};
use racelint::lower::typescript;

fn facts(path: &str, text: &str) -> FileFacts {
    typescript::lower(&typescript::Source { text, path, test: path.contains(".test.") })
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let mut found: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end != "facts"))
        .collect();
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn compare(folder: &str) {
    let mut wrong = Vec::new();
    for path in sources(folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let facts = facts(&name(&path), &text);
        for broken in validate::check(&facts) {
            wrong.push(format!("{}: {broken}", name(&path)));
        }
        let (shown, expected) = (dump::file(&facts), path.with_extension("facts"));
        if std::env::var_os("RACELINT_BLESS").is_some() {
            std::fs::write(&expected, &shown).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != shown {
            wrong.push(format!("{} does not become {}:\n{shown}", name(&path), name(&expected)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn typescript_becomes_its_facts() {
    compare("lower/typescript");
}

#[test]
fn broken_files_keep_their_other_functions() {
    compare("broken");
}

/// Half a file is what an editor shows most of the time.
#[test]
fn every_prefix_lowers() {
    for file in ["using.ts", "finally.ts", "component.tsx"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lower/typescript").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let wrong = validate::check(&facts(file, &text[..end]));
            assert!(wrong.is_empty(), "{file} up to {end}: {wrong:?}");
        }
    }
}
