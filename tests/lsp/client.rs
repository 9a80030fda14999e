//! A client that speaks to `racelint lsp` over its standard input and output, as an editor does.

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use gen_lsp_types::Uri;
use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// Nothing that is asked here takes longer, on a busy machine either.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Client {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Message>,
    next: i32,
    /// What the server said without being asked, in order.
    pub(crate) said: Vec<Notification>,
    /// What the server asked, in order; each was answered.
    pub(crate) asked: Vec<Request>,
    /// The last diagnostics of each file that were sent without being asked for, with their version.
    pub(crate) published: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// The answer to `workspace/configuration`.
    pub(crate) settings: Value,
    pub(crate) capabilities: Value,
}

pub(crate) fn uri(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Uri::from_file_path(path).expect("an absolute path").to_string()
}

impl Client {
    /// A server that has not been told anything.
    pub(crate) fn spawn() -> Client {
        let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = command.spawn().expect("racelint runs");
        let output = server.stdout.take().expect("a pipe");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Ok(Some(message)) = Message::read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = server.stdin.take();
        let (said, asked, published) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (settings, capabilities) = (Value::Null, Value::Null);
        Client { server, input, messages, next: 0, said, asked, published, settings, capabilities }
    }

    /// A server that has these folders open, for a client with these capabilities.
    pub(crate) fn begin(folders: &[&Path], capabilities: &Value) -> Client {
        Client::begin_with(folders, capabilities, &Value::Null)
    }

    pub(crate) fn begin_with(folders: &[&Path], capabilities: &Value, options: &Value) -> Client {
        let mut client = Client::spawn();
        let folders: Vec<Value> = folders.iter().map(|path| json!({ "uri": uri(path), "name": "a" })).collect();
        let params = json!({
            "processId": null, "rootUri": null, "capabilities": capabilities,
            "workspaceFolders": folders, "initializationOptions": options,
        });
        let answer = client.ask("initialize", params).expect("the server can be initialized");
        client.capabilities = answer["capabilities"].clone();
        client.tell("initialized", json!({}));
        client
    }

    pub(crate) fn send(&mut self, message: Message) {
        message.write(self.input.as_mut().expect("not closed")).expect("the server reads");
    }

    /// Bytes that need not be a message.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("not closed");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(Message::Notification(Notification { method: method.to_owned(), params }));
    }

    /// Sends a request and does not wait.
    pub(crate) fn start(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.send(Message::Request(Request { id: id.clone(), method: method.to_owned(), params }));
        id
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.start(method, params);
        self.answer(&id)
    }

    /// The answer to a request, or the error.
    pub(crate) fn answer(&mut self, id: &RequestId) -> Result<Value, Value> {
        let response = self.until(|_, response| response.filter(|response| response.id == *id).cloned());
        response.response_result.map_err(|error| json!({ "code": error.code, "message": error.message }))
    }

    /// Takes messages until one of them, or what is known after it, gives an answer.
    pub(crate) fn until<T>(&mut self, mut found: impl FnMut(&Client, Option<&Response>) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) => {
                    let response = self.take(message);
                    if let Some(answer) = found(self, response.as_ref()) {
                        return answer;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("the server says nothing; last: {:?}", self.said.last()),
                Err(RecvTimeoutError::Disconnected) => panic!("the server has ended: {:?}", self.server.try_wait()),
            }
        }
    }

    /// Files and answers; only responses are handed on.
    fn take(&mut self, message: Message) -> Option<Response> {
        match message {
            Message::Response(response) => return Some(response),
            Message::Request(request) => {
                let answer = match request.method.as_str() {
                    "workspace/configuration" => json!([self.settings]),
                    _ => Value::Null,
                };
                self.send(Message::Response(Response { id: request.id.clone(), response_result: Ok(answer) }));
                self.asked.push(request);
            }
            Message::Notification(said) => {
                if said.method == "textDocument/publishDiagnostics" {
                    let uri = said.params["uri"].as_str().expect("a uri").to_owned();
                    let list = said.params["diagnostics"].as_array().expect("a list").clone();
                    self.published.insert(uri, (said.params["version"].as_i64(), list));
                }
                self.said.push(said);
            }
        }
        None
    }

    pub(crate) fn open(&mut self, path: &Path, text: &str) {
        let document = json!({ "uri": uri(path), "languageId": "typescript", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, path: &Path, version: i32, changes: &Value) {
        let document = json!({ "uri": uri(path), "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// The diagnostics of a file that the server sends for this version of it.
    pub(crate) fn wait_for(&mut self, path: &Path, version: i64) -> Vec<Value> {
        let uri = uri(path);
        let known = |client: &Client| {
            let (at, list) = client.published.get(&uri)?;
            (*at == Some(version)).then(|| list.clone())
        };
        known(self).unwrap_or_else(|| self.until(|client, _| known(client)))
    }

    /// What a pull of one file's diagnostics gives.
    pub(crate) fn pull(&mut self, path: &Path) -> Vec<Value> {
        let answer = self.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri(path) } }));
        answer.expect("diagnostics")["items"].as_array().expect("a full report").clone()
    }

    /// Says goodbye, and gives the exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        self.tell("exit", Value::Null);
        self.code()
    }

    /// Closes the pipe and waits for the end.
    pub(crate) fn code(&mut self) -> Option<i32> {
        self.input = None;
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.server.try_wait().expect("a process of ours") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the server does not end");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that failed leaves its server behind.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
