//! Every feature, on a project with a race in a known place.

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::projects::{DATABASE, Project, apply, position};

fn at(text: &str, what: &str) -> Value {
    let (line, character) = position(text, what);
    json!({ "line": line, "character": character })
}

fn hover(client: &mut Client, project: &Project, path: &str, what: &str) -> String {
    let params =
        json!({ "textDocument": { "uri": uri(&project.at(path)) }, "position": at(&project.text(path), what) });
    let answer = client.ask("textDocument/hover", params).expect("an answer");
    answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

fn actions(client: &mut Client, project: &Project, only: &Value) -> Vec<Value> {
    let start = at(DATABASE, "this.connection = await");
    let params = json!({
        "textDocument": { "uri": uri(&project.at("src/database.ts")) },
        "range": { "start": start, "end": start },
        "context": { "diagnostics": [], "only": only },
    });
    client.ask("textDocument/codeAction", params).expect("actions").as_array().expect("a list").clone()
}

#[test]
fn diagnostics_carry_the_whole_schedule() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let database = project.at("src/database.ts");
    let uri = uri(&database);
    let list = client.until(|client, _| client.published.get(&uri).map(|(_, list)| list.clone()));
    let [one] = list.as_slice() else { panic!("{list:?}") };
    assert_eq!(
        (&one["code"], &one["severity"], &one["source"]),
        (&json!("racy-lazy-init"), &json!(1), &json!("racelint"))
    );
    assert_eq!(one["range"]["start"], at(DATABASE, "this.connection = await"));
    let message = one["message"].as_str().expect("a message");
    assert!(message.contains("\n=> ") && message.contains("\nhelp: "), "{message}");
    let related = one["relatedInformation"].as_array().expect("a list");
    for lane in [". A ", ". B "] {
        let steps = related.iter().filter(|part| part["message"].as_str().is_some_and(|text| text.contains(lane)));
        assert!(steps.count() >= 2, "{lane}: {related:?}");
    }
    assert!(related.iter().all(|part| part["location"]["uri"] == json!(uri)));
    assert_eq!(client.end(), Some(0));
}

#[test]
fn diagnostics_can_be_pulled_and_stay_known() {
    let project = Project::racy();
    let capabilities = json!({
        "textDocument": { "diagnostic": { "dynamicRegistration": false } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut client = Client::begin(&[project.folder.path()], &capabilities);
    assert_eq!(client.capabilities["diagnosticProvider"]["workspaceDiagnostics"], true);
    let (database, good) = (uri(&project.at("src/database.ts")), uri(&project.at("src/good.ts")));
    let ask = |known: &Value| json!({ "textDocument": { "uri": database }, "previousResultId": known });
    let first = client.ask("textDocument/diagnostic", ask(&Value::Null)).expect("a report");
    assert_eq!((&first["kind"], first["items"].as_array().map(Vec::len)), (&json!("full"), Some(1)));
    let again = client.ask("textDocument/diagnostic", ask(&first["resultId"])).expect("a report");
    assert_eq!(again, json!({ "kind": "unchanged", "resultId": first["resultId"] }));
    let known = json!({ "previousResultIds": [{ "uri": good, "value": "before" }] });
    let all = client.ask("workspace/diagnostic", known).expect("a report");
    let items = all["items"].as_array().expect("a list");
    let of = |uri: &str| items.iter().find(|item| item["uri"] == uri).expect("it is listed");
    assert_eq!(of(&database)["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(of(&good)["items"], json!([]), "what the client had before is taken back");
    assert!(client.published.is_empty(), "nothing is sent twice");
    project.write("src/database.ts", "export {};\n");
    let changed = json!({ "changes": [{ "uri": database, "type": 2 }] });
    client.tell("workspace/didChangeWatchedFiles", changed);
    client.until(|client, _| {
        let refreshes = client.asked.iter().filter(|asked| asked.method == "workspace/diagnostic/refresh");
        (refreshes.count() >= 2).then_some(())
    });
    assert_eq!(client.end(), Some(0));
}

#[test]
fn unsaved_text_counts_and_is_forgotten_when_closed() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let database = project.at("src/database.ts");
    client.open(&database, DATABASE);
    assert_eq!(client.wait_for(&database, 1).len(), 1);
    client.change(&database, 2, &json!([{ "text": "export {};\n" }]));
    assert_eq!(client.wait_for(&database, 2), Vec::<Value>::new());
    let document = json!({ "textDocument": { "uri": uri(&database) } });
    client.tell("textDocument/didClose", document);
    assert_eq!(client.pull(&database).len(), 1, "the file on the disk is as it was");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn hovers_tell_what_is_known() {
    let project = Project::racy();
    let locked = "import { Mutex } from \"async-mutex\";\n\nconst mutex = new Mutex();\nlet count = 0;\n\n\
        export async function add(): Promise<void> {\n  await mutex.runExclusive(async () => {\n    const before = count;\n    \
        await Promise.resolve();\n    count = before + 1;\n  });\n}\n";
    project.write("src/locked.ts", locked);
    let rust = "use tokio::sync::Mutex;\n\npub struct Store {\n    count: Mutex<u32>,\n}\n\nimpl Store {\n    \
        pub async fn add(&self) {\n        let mut count = self.count.lock().await;\n        *count += 1;\n    }\n\n    \
        pub async fn clear(&self) {\n        *self.count.lock().await = 0;\n    }\n}\n";
    project.write("src/store.rs", rust);
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let finding = hover(&mut client, &project, "src/database.ts", "this.connection = await");
    for part in ["**racy-lazy-init**", "```text", "│", "=> ", "help: "] {
        assert!(finding.contains(part), "{part}: {finding}");
    }
    let function = hover(&mut client, &project, "src/database.ts", "query(text: string): Promise<string> {\n    if");
    for part in ["`Database.query`", "two runs of it", "writes `Database.connection`", "can break"] {
        assert!(function.contains(part), "{part}: {function}");
    }
    let lock = hover(&mut client, &project, "src/store.rs", "self.count.lock()");
    for part in ["lock `self.count", "`Mutex`, taken exclusively", "also taken by `Store.clear`"] {
        assert!(lock.contains(part), "{part}: {lock}");
    }
    assert_eq!(hover(&mut client, &project, "src/database.ts", "// The commonest"), "");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_suppression_is_written_and_the_finding_goes() {
    let project = Project::racy();
    let resolving = json!({ "textDocument": { "codeAction": { "resolveSupport": { "properties": ["edit"] } } } });
    let mut client = Client::begin(&[project.folder.path()], &resolving);
    let database = project.at("src/database.ts");
    client.open(&database, DATABASE);
    let offered = actions(&mut client, &project, &Value::Null);
    let suppress = offered.iter().find(|one| one["title"].as_str().is_some_and(|title| title.starts_with("Suppress")));
    let suppress = suppress.expect("it is offered").clone();
    assert_eq!((&suppress["kind"], &suppress["edit"]), (&json!("quickfix"), &Value::Null), "worked out when chosen");
    assert_eq!(suppress["diagnostics"][0]["code"], "racy-lazy-init");
    let resolved = client.ask("codeAction/resolve", suppress).expect("an action");
    let edits = resolved["edit"]["changes"][uri(&database)].as_array().expect("edits of the file").clone();
    let text = apply(DATABASE, &edits);
    assert!(text.contains("// racelint: allow(racy-lazy-init) -- "), "{text}");
    client.change(&database, 2, &json!([{ "text": text }]));
    assert_eq!(client.wait_for(&database, 2), Vec::<Value>::new());
    let gone = client.ask("codeAction/resolve", json!({ "title": "a", "data": { "uri": uri(&database) } }));
    assert_eq!(gone.expect_err("no action of racelint")["code"], -32602);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_client_that_cannot_ask_again_gets_the_edits_at_once() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    // What others can reach has no safe fix.
    client.open(&project.at("src/database.ts"), &DATABASE.replace("private connection", "connection"));
    let offered = actions(&mut client, &project, &json!(["quickfix"]));
    assert!(offered.iter().any(|one| one["edit"]["changes"].is_object()), "{offered:?}");
    assert_eq!(actions(&mut client, &project, &json!(["refactor"])), Vec::<Value>::new());
    assert_eq!(actions(&mut client, &project, &json!(["source.fixAll"])), Vec::<Value>::new(), "no safe fix here");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_finding_goes_into_the_baseline() {
    let project = Project::racy();
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let offered = actions(&mut client, &project, &Value::Null);
    let command = offered.iter().find_map(|one| one["command"].as_object()).expect("a command");
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    assert_eq!(client.ask("workspace/executeCommand", params.clone()), Ok(Value::Null));
    assert!(project.text("racelint-baseline.json").contains("racy-lazy-init"));
    assert_eq!(client.pull(&project.at("src/database.ts")), Vec::<Value>::new());
    let again = client.ask("workspace/executeCommand", params).expect_err("the finding is gone");
    assert_eq!(again["code"], -32801);
    let unknown = client.ask("workspace/executeCommand", json!({ "command": "racelint.nothing" }));
    assert_eq!(unknown.expect_err("no such command")["code"], -32602);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn schedules_lenses_and_hints_are_there_for_the_asking() {
    let project = Project::racy();
    let capabilities = json!({ "experimental": { "racelintSchedules": true } });
    let options = json!({ "codeLens": true, "inlayHints": true });
    let mut client = Client::begin_with(&[project.folder.path()], &capabilities, &options);
    let document = json!({ "uri": uri(&project.at("src/database.ts")) });
    let lenses = client.ask("textDocument/codeLens", json!({ "textDocument": document })).expect("lenses");
    let broken = lenses
        .as_array()
        .expect("a list")
        .iter()
        .find(|lens| lens["command"]["title"].as_str().is_some_and(|title| title.starts_with("can break")));
    let command = &broken.expect("one can break")["command"];
    assert_eq!(command["command"], "racelint.showSchedule");
    let schedule = client.ask("racelint/schedule", command["arguments"][0].clone()).expect("a schedule");
    assert_eq!(schedule["rule"], "racy-lazy-init");
    let steps = schedule["steps"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step["lane"] == "A") && steps.iter().any(|step| step["lane"] == "B"));
    assert!(schedule["drawn"].as_str().is_some_and(|drawn| drawn.contains('│')));
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 999, "character": 0 } });
    let hints = client.ask("textDocument/inlayHint", json!({ "textDocument": document, "range": range }));
    assert!(hints.expect("hints").is_array());
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_the_command_line_leaves_out_is_left_out() {
    let project = Project::racy();
    project.write("racelint.toml", "exclude = [\"src/old/\"]\n");
    project.write("src/old/database.ts", DATABASE);
    project.write("node_modules/a/database.ts", DATABASE);
    project.write("src/made.ts", &format!("// @generated\n{DATABASE}"));
    project.write("src/database.test.ts", DATABASE);
    let mut client = Client::begin(&[project.folder.path()], &json!({}));
    let all = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] })).expect("a report");
    let items = all["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1, "{items:?}");
    // Opened in the editor or not.
    for path in ["src/old/database.ts", "src/made.ts", "src/database.test.ts"] {
        client.open(&project.at(path), &project.text(path));
        assert_eq!(client.pull(&project.at(path)), Vec::<Value>::new(), "{path}");
    }
    assert_eq!(client.end(), Some(0));
}
