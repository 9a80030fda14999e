//! How long an editor waits: `cargo run --release --example lsp_latency -- RACELINT WORKSPACE FILE [EDITS]` opens a file in
//! a workspace, edits it, and says how long it took from each edit to the diagnostics, and what memory the server holds.
//!
//! Edits go through the file from its middle: a statement is typed into a line, one character after the other, and taken
//! away again.

use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use gen_lsp_types::Uri;
use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};

const TYPED: &str = "const typed = 1;";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [racelint, workspace, file, rest @ ..] = args.as_slice() else {
        return Err("RACELINT WORKSPACE FILE [EDITS]".into());
    };
    let edits: usize = rest.first().map_or(Ok(500), |count| count.parse())?;
    let (workspace, file) = (PathBuf::from(workspace).canonicalize()?, PathBuf::from(file).canonicalize()?);
    let mut server = Command::new(racelint).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let output = server.stdout.take().ok_or("no output")?;
    let (sender, messages) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Ok(Some(message)) = Message::read(&mut output) {
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    let input = server.stdin.take().ok_or("no input")?;
    let mut session = Session { input, messages, uri: uri(&file)?, version: 1 };
    session.greet(&workspace)?;
    let text = std::fs::read_to_string(&file)?;
    let begun = Instant::now();
    session.open(&text)?;
    session.wait()?;
    let mut out = std::io::stdout();
    writeln!(out, "first index    {:>9.1} ms, {} lines in the file", ms(begun.elapsed()), text.lines().count())?;
    let line = text.lines().count() / 2;
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for edit in 0..edits {
        let begun = Instant::now();
        session.edit(line, edit)?;
        session.wait()?;
        times.push(begun.elapsed());
        if edit + 1 == 50 || edit + 1 == edits {
            memory.push((edit + 1, resident(server.id())));
        }
    }
    times.sort();
    for (name, part) in [("p50", 50), ("p95", 95), ("p99", 99), ("max", 100)] {
        let at = (times.len() * part / 100).min(times.len().saturating_sub(1));
        writeln!(out, "{name:<14} {:>9.1} ms", times.get(at).map_or(0.0, |time| ms(*time)))?;
    }
    for (edits, bytes) in memory {
        writeln!(out, "after {edits:>4} edits {:>7} MB resident", bytes.map_or(0, |bytes| bytes >> 20))?;
    }
    session.end()?;
    server.wait()?;
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn uri(path: &Path) -> Result<Uri, String> {
    Uri::from_file_path(path).map_err(|()| format!("{} is not absolute", path.display()))
}

/// Resident memory, where the system tells.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

struct Session {
    input: ChildStdin,
    messages: Receiver<Message>,
    uri: Uri,
    version: i32,
}

impl Session {
    fn greet(&mut self, workspace: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let folders = json!([{ "uri": uri(workspace)?, "name": "workspace" }]);
        self.ask("initialize", json!({ "processId": null, "capabilities": {}, "workspaceFolders": folders }))?;
        self.tell("initialized", json!({}))
    }

    fn open(&mut self, text: &str) -> Result<(), Box<dyn std::error::Error>> {
        let document = json!({ "uri": self.uri, "languageId": "typescript", "version": self.version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }))
    }

    /// One more character, or none of them any more.
    fn edit(&mut self, line: usize, number: usize) -> Result<(), Box<dyn std::error::Error>> {
        let at = number % (TYPED.len() + 1);
        let position = |character: usize| json!({ "line": line, "character": character });
        let change = match TYPED.get(at..=at) {
            Some(text) => json!({ "range": { "start": position(at), "end": position(at) }, "text": text }),
            None => json!({ "range": { "start": position(0), "end": position(TYPED.len()) }, "text": "" }),
        };
        self.version += 1;
        let document = json!({ "uri": self.uri, "version": self.version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }))
    }

    /// Waits until everything is checked that was said: this is answered when the diagnostics are known.
    fn wait(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        self.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": self.uri } }))
    }

    fn end(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        self.ask("shutdown", Value::Null)?;
        self.tell("exit", Value::Null)
    }

    fn tell(&mut self, method: &str, params: Value) -> Result<(), Box<dyn std::error::Error>> {
        Message::Notification(Notification { method: method.to_owned(), params }).write(&mut self.input)?;
        Ok(())
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<(), Box<dyn std::error::Error>> {
        let id = RequestId::from(method.to_owned());
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        Message::Request(request).write(&mut self.input)?;
        loop {
            if let Message::Response(response) = self.messages.recv()?
                && response.id == id
            {
                return response.response_result.map(|_| ()).map_err(|error| error.message.into());
            }
        }
    }
}
