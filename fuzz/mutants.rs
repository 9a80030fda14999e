//! Mutants: code made of the words of a language, and real files with a few of their tokens moved.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use arbitrary::Unstructured;

use super::check;

/// Words that open, close, wait, write, lock and import: what the linter looks at.
const SCRIPT: &[&str] = &[
    "a",
    "b",
    "this",
    "self",
    ".",
    "?.",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ",",
    ":",
    "=>",
    "=",
    "==",
    "!",
    "&&",
    "||",
    "??",
    "+=",
    "++",
    "...",
    "await ",
    "async ",
    "function ",
    "class A ",
    "class B extends A ",
    "if (a) ",
    "else ",
    "for (",
    "const b of a) ",
    "while (a) ",
    "do ",
    "switch (a) {",
    "case 1:",
    "default:",
    "break;",
    "continue;",
    "return ",
    "throw ",
    "try {",
    "catch (e) {",
    "finally {",
    "new ",
    "typeof ",
    "import { a } from './a';",
    "export ",
    "export default ",
    "let a",
    "const b",
    "static ",
    "private ",
    "get ",
    "yield ",
    "`${",
    "}`",
    "'",
    "\"",
    "/",
    "//",
    "/*",
    "*/",
    "\n",
    "<",
    ">",
    "<a>",
    "</a>",
    "as any",
    "Promise.all([",
    "setTimeout(() => ",
    "setInterval(a, 1)",
    "new Map()",
    ".get(a)",
    ".set(a, b)",
    ".has(a)",
    "fs.existsSync(a)",
    "fs.writeFileSync(a, b)",
    "@a",
    "#a",
    "0",
    "1n",
    "enum E {",
    "namespace N {",
    "interface I {",
    "type T = ",
    "declare ",
    "// racelint: allow(all) -- a\n",
    "label: ",
    "\u{feff}",
    "é",
];

const RUST: &[&str] = &[
    "a",
    "b",
    "self",
    ".",
    "::",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ",",
    ":",
    "->",
    "=>",
    "=",
    "==",
    "!",
    "&",
    "&mut ",
    "*",
    "|a| ",
    "||",
    "&&",
    "?",
    ".await",
    "async ",
    "fn f",
    "pub ",
    "struct A ",
    "impl A ",
    "impl B for A ",
    "trait B ",
    "enum E ",
    "if a ",
    "if let Some(a) = ",
    "else ",
    "for a in ",
    "while a ",
    "loop ",
    "match a ",
    "Some(a) => ",
    "_ => ",
    "break",
    "continue",
    "return ",
    "let a = ",
    "let _ = ",
    "let mut b = ",
    "static A: ",
    "const B: ",
    "use a::b;",
    "use super::*;",
    "mod a;",
    "mod b {",
    "move ",
    "unsafe ",
    "dyn ",
    "'a ",
    "'a: ",
    "\"",
    "'",
    "r#\"",
    "\"#",
    "b'",
    "//",
    "/*",
    "*/",
    "\n",
    "<",
    ">",
    "Arc<Mutex<A>>",
    "Option<A>",
    ".lock()",
    ".lock().unwrap()",
    ".read()",
    ".write()",
    "drop(a)",
    "tokio::spawn(",
    "select! {",
    "thread::spawn(",
    "macro_rules! m {",
    "($a:expr) => {",
    "m!(",
    "#[test]",
    "#[cfg(test)]",
    "#![a]",
    "0",
    "1.0",
    "..",
    "..=",
    "where ",
    "type T = ",
    "fs::write(a, b)",
    "a.exists()",
    "AtomicBool",
    ".store(true, Ordering::SeqCst)",
    "é",
    "r#a",
];

/// Words of a language in any order; the first byte says which language.
pub fn soup(bytes: &[u8]) {
    let [first, bytes @ ..] = bytes else { return };
    let (name, words) = if first % 2 == 0 { ("a.tsx", SCRIPT) } else { ("src/lib.rs", RUST) };
    let text: String = bytes.iter().take(4096).map(|byte| words[usize::from(*byte) % words.len()]).collect();
    check(&[(name, text.as_bytes())]);
}

/// The examples and fixtures, by the path they take here.
static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = if top.ends_with("fuzz") { top.parent().unwrap_or(top) } else { top };
    let mut files = Vec::new();
    for folder in ["rules", "fixtures/projects", "fixtures/broken", "fixtures/lower"] {
        collect(&top.join(folder), &mut files);
    }
    files.sort();
    files
});

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let ending = name.rsplit('.').next().unwrap_or_default();
        if path.is_dir() {
            collect(&path, files);
        } else if matches!(ending, "ts" | "tsx" | "rs" | "js")
            && let Ok(text) = fs::read_to_string(&path)
        {
            files.push((format!("{}.{ending}", files.len()), text));
        }
    }
}

/// A real file with a few edits: tokens taken out, doubled, swapped, or put in from another file.
pub fn mutated(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok((name, text)) = chosen(&mut input) else { return };
    let mut tokens = tokens(text);
    while !input.is_empty() && !tokens.is_empty() && tokens.len() < 20_000 {
        if edit(&mut tokens, &mut input).is_err() {
            break;
        }
    }
    check(&[(name, tokens.concat().as_bytes())]);
}

fn chosen(input: &mut Unstructured<'_>) -> arbitrary::Result<&'static (String, String)> {
    let index: u16 = input.arbitrary()?;
    FILES.get(usize::from(index) % FILES.len().max(1)).ok_or(arbitrary::Error::EmptyChoose)
}

fn edit(tokens: &mut Vec<&'static str>, input: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let (kind, at, length): (u8, u16, u8) = input.arbitrary()?;
    let at = usize::from(at) % tokens.len();
    let end = (at + usize::from(length)).min(tokens.len());
    match kind % 5 {
        0 => drop(tokens.drain(at..end)),
        1 => {
            let copy = tokens[at..end].to_vec();
            tokens.splice(at..at, copy);
        }
        2 => {
            let other = usize::from(input.arbitrary::<u16>()?) % tokens.len();
            tokens.swap(at, other);
        }
        3 => {
            let other = tokens[usize::from(input.arbitrary::<u16>()?) % tokens.len()];
            tokens.splice(at..end.min(at + 1), [other]);
        }
        _ => {
            let others = self::tokens(&chosen(input)?.1);
            let from = usize::from(input.arbitrary::<u16>()?) % others.len().max(1);
            let to = (from + usize::from(length)).min(others.len());
            tokens.splice(at..at, others[from..to].iter().copied());
        }
    }
    Ok(())
}

/// Words, white space and single other characters, in order.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        c if c.is_whitespace() => 2,
        _ => 0,
    };
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind_of_all = kind(first);
        let end = rest.char_indices().skip(1).find(|(_, c)| kind_of_all == 0 || kind(*c) != kind_of_all);
        let (token, behind) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        tokens.push(token);
        rest = behind;
    }
    tokens
}
