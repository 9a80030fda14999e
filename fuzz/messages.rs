//! Messages: what an editor could say to the language server, one message a line. `$ROOT` is the project, a line that is
//! no JSON goes out as it is, and one that begins with `!` without a head.

use std::io::{Cursor, Write};

use super::{STORE, USER, folder};

/// A session of any lines: the server answers, refuses or leaves.
pub fn lsp(bytes: &[u8]) {
    let folder = folder(&[("store.ts", STORE.as_bytes()), ("user.ts", USER.as_bytes())]);
    let root = folder.path().canonicalize().expect("the folder is there");
    let root = root.to_str().expect("a temporary folder has a plain name");
    let mut input = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line).replace("$ROOT", &format!("file://{root}"));
        let written = match line.strip_prefix('!') {
            Some(raw) => input.write_all(raw.replace("\\n", "\r\n").as_bytes()),
            None => write!(input, "Content-Length: {}\r\n\r\n{line}", line.len()),
        };
        written.expect("memory takes everything");
    }
    let mut output = Vec::new();
    racelint::lsp::serve(Cursor::new(input), &mut output).expect("memory takes everything");
    let said = String::from_utf8(output).expect("answers are text");
    assert!(!said.contains("which is a bug of racelint"), "{said}");
}
