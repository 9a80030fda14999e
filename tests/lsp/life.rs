//! From the first message to the last: greeting, encodings, folders, progress, settings, files on the disk, the end.

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::projects::{BACKUP, DATABASE, GOOD, Project};

fn rules(list: &[Value]) -> Vec<&str> {
    list.iter().map(|one| one["code"].as_str().expect("a rule")).collect()
}

#[test]
fn nothing_is_answered_before_the_greeting_and_after_the_end() {
    let mut client = Client::spawn();
    let early = client.ask("textDocument/hover", json!({}));
    assert_eq!(early.expect_err("not initialized")["code"], -32002);
    let answer = client.ask("initialize", json!({ "capabilities": {} })).expect("a greeting");
    assert_eq!(answer["serverInfo"]["name"], "racelint");
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(client.ask("initialize", json!({ "capabilities": {} })).expect_err("twice")["code"], -32600);
    assert_eq!(client.ask("racelint/nothing", json!({})).expect_err("no such method")["code"], -32601);
    assert_eq!(client.ask("textDocument/hover", json!({ "a": 1 })).expect_err("no params")["code"], -32602);
    assert_eq!(client.ask("shutdown", Value::Null), Ok(Value::Null));
    assert_eq!(client.ask("textDocument/hover", json!({})).expect_err("shut down")["code"], -32600);
    client.tell("exit", Value::Null);
    assert_eq!(client.code(), Some(0));
}

#[test]
fn a_client_that_goes_away_ends_the_server() {
    let mut client = Client::spawn();
    assert_eq!(client.code(), Some(1));
    let mut client = Client::begin(&[], &json!({}));
    client.tell("exit", Value::Null);
    assert_eq!(client.code(), Some(1), "without a shutdown before it");
}

#[test]
fn the_flag_that_editors_give_is_taken() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_racelint"));
    let ended = command.args(["lsp", "--stdio"]).stdin(std::process::Stdio::null()).output().expect("racelint runs");
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
}

#[test]
fn the_client_says_how_it_counts() {
    let project = Project::racy();
    let text = DATABASE.replace("      this.connection = await", "      /* \u{1f600}\u{e4} */ this.connection = await");
    for (name, character) in [("utf-8", 19), ("utf-16", 16), ("utf-32", 15)] {
        let capabilities = json!({ "general": { "positionEncodings": ["utf-7", name, "utf-16"] } });
        let mut client = Client::begin(&[project.folder.path()], &capabilities);
        assert_eq!(client.capabilities["positionEncoding"], name);
        client.open(&project.at("src/database.ts"), &text);
        let list = client.wait_for(&project.at("src/database.ts"), 1);
        assert_eq!(list[0]["range"]["start"]["character"], character, "{name}: {list:?}");
        assert_eq!(client.end(), Some(0));
    }
}

#[test]
fn several_folders_come_and_go() {
    let (one, two) = (Project::racy(), Project::new(&[("backup.ts", BACKUP)]));
    let mut client = Client::begin(&[one.folder.path(), two.folder.path()], &json!({}));
    let (database, backup) = (uri(&one.at("src/database.ts")), uri(&two.at("backup.ts")));
    client.until(|client, _| {
        let both = client.published.contains_key(&database) && client.published.contains_key(&backup);
        both.then_some(())
    });
    let folder = json!({ "uri": uri(two.folder.path()), "name": "two" });
    let event = json!({ "event": { "added": [], "removed": [folder] } });
    client.tell("workspace/didChangeWorkspaceFolders", event);
    client.until(|client, _| client.published[&backup].1.is_empty().then_some(()));
    assert!(!client.published[&database].1.is_empty());
    let event = json!({ "event": { "added": [folder], "removed": [] } });
    client.tell("workspace/didChangeWorkspaceFolders", event);
    client.until(|client, _| (!client.published[&backup].1.is_empty()).then_some(()));
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_file_without_a_folder_is_checked_in_its_project() {
    let project = Project::racy();
    let mut client = Client::begin(&[], &json!({}));
    client.open(&project.at("src/database.ts"), DATABASE);
    let list = client.wait_for(&project.at("src/database.ts"), 1);
    assert_eq!(rules(&list), ["racy-lazy-init"]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn the_first_look_is_told_of() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({ "window": { "workDoneProgress": true } }));
    let kinds = client.until(|client, _| {
        let progress = client.said.iter().filter(|said| said.method == "$/progress");
        let kinds: Vec<String> =
            progress.map(|said| said.params["value"]["kind"].as_str().expect("a kind").to_owned()).collect();
        kinds.last().is_some_and(|kind| kind == "end").then_some(kinds)
    });
    assert_eq!((kinds.first().map(String::as_str), kinds.len() >= 2), (Some("begin"), true));
    assert!(client.asked.iter().any(|asked| asked.method == "window/workDoneProgress/create"));
    assert_eq!(client.end(), Some(0));
}

#[test]
fn settings_are_asked_for_and_followed() {
    let project = Project::racy();
    let lens = json!({ "textDocument": { "uri": uri(&project.at("src/database.ts")) } });
    let mut client = Client::begin(&[project.folder.path()], &json!({ "workspace": { "configuration": true } }));
    assert_eq!(client.ask("textDocument/codeLens", lens.clone()), Ok(json!([])), "off at first");
    client.settings = json!({ "codeLens": true });
    client.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.until(|client, _| {
        let asked = client.asked.iter().filter(|asked| asked.method == "workspace/configuration").count();
        (asked == 2).then_some(())
    });
    let lenses = client.ask("textDocument/codeLens", lens.clone()).expect("lenses");
    assert!(lenses[0]["command"]["title"].as_str().is_some_and(|title| title.contains("can break")), "{lenses}");
    assert_eq!(client.end(), Some(0));
    // A client that cannot be asked sends them.
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let settings = json!({ "settings": { "racelint": { "minConfidence": "certain" } } });
    client.tell("workspace/didChangeConfiguration", settings);
    assert_eq!(client.pull(&project.at("src/database.ts")), Vec::<Value>::new());
    assert_eq!(client.end(), Some(0));
}

#[test]
fn files_are_watched() {
    let project = Project::racy();
    let watching = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::begin(&[project.folder.path()], &watching);
    let database = project.at("src/database.ts");
    assert_eq!(rules(&client.pull(&database)), ["racy-lazy-init"]);
    let asked = client.asked.iter().find(|asked| asked.method == "client/registerCapability").expect("it was asked");
    let watchers = &asked.params["registrations"][0]["registerOptions"]["watchers"];
    let patterns: Vec<&str> =
        watchers.as_array().expect("a list").iter().map(|one| one["globPattern"].as_str().expect("a glob")).collect();
    for name in ["racelint.toml", "tsconfig", "Cargo.toml", "rs"] {
        assert!(patterns.iter().any(|pattern| pattern.contains(name)), "{name}: {patterns:?}");
    }
    let changed = |client: &mut Client, path: &str| {
        let changes = json!({ "changes": [{ "uri": uri(&project.at(path)), "type": 2 }] });
        client.tell("workspace/didChangeWatchedFiles", changes);
    };
    project.write("racelint.toml", "[rules]\nracy-lazy-init = \"warn\"\n");
    changed(&mut client, "racelint.toml");
    assert_eq!(client.pull(&database)[0]["severity"], 2);
    project.write("src/database.ts", GOOD);
    changed(&mut client, "src/database.ts");
    assert_eq!(client.pull(&database), Vec::<Value>::new());
    project.write("src/new.ts", DATABASE);
    changed(&mut client, "src/new.ts");
    assert_eq!(rules(&client.pull(&project.at("src/new.ts"))), ["racy-lazy-init"]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_broken_configuration_is_said_and_mended() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let database = project.at("src/database.ts");
    client.pull(&database);
    let changed = json!({ "changes": [{ "uri": uri(&project.at("racelint.toml")), "type": 2 }] });
    project.write("racelint.toml", "[rules]\nno-such-rule = \"off\"\n");
    client.tell("workspace/didChangeWatchedFiles", changed.clone());
    let asked = json!({ "textDocument": { "uri": uri(&database) } });
    let error = client.ask("textDocument/diagnostic", asked).expect_err("it cannot be checked");
    assert!(error["message"].as_str().is_some_and(|message| message.contains("no-such-rule")), "{error}");
    assert!(client.said.iter().any(|said| said.method == "window/showMessage"));
    project.write("racelint.toml", "");
    client.tell("workspace/didChangeWatchedFiles", changed);
    assert_eq!(rules(&client.pull(&database)), ["racy-lazy-init"]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_waits_can_be_cancelled() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let id = client.start("workspace/diagnostic", json!({ "previousResultIds": [] }));
    client.tell("$/cancelRequest", json!({ "id": id }));
    // It may have been answered before it was cancelled.
    match client.answer(&id) {
        Ok(answer) => assert!(answer["items"].is_array()),
        Err(error) => assert_eq!(error["code"], -32800),
    }
    assert_eq!(client.end(), Some(0));
}
