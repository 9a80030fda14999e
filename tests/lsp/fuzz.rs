//! Messages in no order, about files that are not there, at places that do not exist: the server answers or refuses, and
//! never dies.

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::edits::{Chance, many};
use crate::projects::{BACKUP, DATABASE, Project};

/// How many messages; more with `RACELINT_MESSAGES`.
const MESSAGES: usize = 2_000;

const METHODS: &[&str] = &[
    "textDocument/hover",
    "textDocument/codeAction",
    "codeAction/resolve",
    "textDocument/codeLens",
    "textDocument/inlayHint",
    "textDocument/diagnostic",
    "workspace/diagnostic",
    "workspace/executeCommand",
    "racelint/schedule",
    "textDocument/definition",
    "initialize",
];

fn position(chance: &mut Chance) -> Value {
    let line = *chance.of(&[0, 1, 7, 22, 23, 90, 4_000_000_000_u32]);
    json!({ "line": line, "character": *chance.of(&[0, 3, 8, 40, 4_294_967_295_u32]) })
}

fn range(chance: &mut Chance) -> Value {
    json!({ "start": position(chance), "end": position(chance) })
}

fn params(chance: &mut Chance, uris: &[String]) -> Value {
    let uri = chance.of(uris).clone();
    match chance.below(12) {
        0 => Value::Null,
        1 => json!([1, { "uri": uri }]),
        2 => json!({ "textDocument": { "uri": 7 } }),
        _ => json!({
            "textDocument": { "uri": uri, "version": chance.below(9), "languageId": "rust", "text": DATABASE },
            "position": position(chance), "range": range(chance), "uri": uri, "fingerprint": "none",
            "context": { "diagnostics": [] }, "previousResultIds": [{ "uri": uri, "value": "a" }],
            "title": "a", "data": { "uri": uri, "fingerprint": "none", "what": "suppress" },
            "command": chance.of(&["racelint.addToBaseline", "nothing"]), "arguments": [{ "uri": uri, "fingerprint": "b" }],
            "contentChanges": [{ "range": range(chance), "text": chance.of(&["", "x", "}\n", "await ", "\u{1f600}"]) }],
            "changes": [{ "uri": uri, "type": 2 }], "settings": { "racelint": { "codeLens": chance.below(2) == 0 } },
            "event": { "added": [], "removed": [] }, "id": chance.below(50), "capabilities": {},
        }),
    }
}

#[test]
fn the_server_outlives_every_message() {
    let project = Project::new(&[("src/database.ts", DATABASE), ("src/backup.ts", BACKUP)]);
    let uris = [
        uri(&project.at("src/database.ts")),
        uri(&project.at("src/backup.ts")),
        uri(&project.at("src/not-there.ts")),
        "file:///".to_owned(),
        "untitled:Untitled-1".to_owned(),
        "https://example.com/a.ts".to_owned(),
        "no uri".to_owned(),
    ];
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let mut chance = Chance::new(11);
    let mut asked = Vec::new();
    for _ in 0..many("RACELINT_MESSAGES", MESSAGES) {
        let method = *chance.of(METHODS);
        match chance.below(8) {
            0 => client.tell("textDocument/didOpen", params(&mut chance, &uris)),
            1 | 2 => client.tell("textDocument/didChange", params(&mut chance, &uris)),
            3 => {
                let name = *chance.of(&["didClose", "didSave", "didRename"]);
                client.tell(&format!("textDocument/{name}"), params(&mut chance, &uris));
            }
            4 => {
                let name =
                    *chance.of(&["didChangeWatchedFiles", "didChangeConfiguration", "didChangeWorkspaceFolders"]);
                client.tell(&format!("workspace/{name}"), params(&mut chance, &uris));
            }
            5 if chance.below(5) == 0 => client.tell("$/cancelRequest", params(&mut chance, &uris)),
            _ => asked.push(client.start(method, params(&mut chance, &uris))),
        }
    }
    // Every request is answered once the client lets the server come to rest.
    for id in asked.iter().rev().take(1) {
        let _ = client.answer(id);
    }
    let well = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    assert!(well.is_ok(), "{well:?}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_no_message_costs_itself_only() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    client.send_bytes(b"Content-Length: 9\r\n\r\nno json!!");
    client.send_bytes(b"Content-Length: 2\r\n\r\n{}");
    client.send_bytes(b"Content-Length: many\r\n\r\n");
    assert_eq!(client.pull(&project.at("src/database.ts")).len(), 1);
    assert!(client.said.iter().filter(|said| said.method == "window/logMessage").count() >= 2);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_huge_file_is_left_out() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let huge = format!("{DATABASE}// {}\n", "x".repeat(17 << 20));
    client.open(&project.at("src/database.ts"), &huge);
    assert_eq!(client.pull(&project.at("src/database.ts")), Vec::<Value>::new());
    client.change(&project.at("src/database.ts"), 2, &json!([{ "text": DATABASE }]));
    assert_eq!(client.pull(&project.at("src/database.ts")).len(), 1);
    assert_eq!(client.end(), Some(0));
}
