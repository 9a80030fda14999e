//! Server: what is open, what is known, who waits for what, and what follows from each message.

mod indexing;
mod tell;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde_json::{Value, json};

use super::client::{Client, Settings};
use super::documents::{Document, Documents};
use super::places::{Places, path_of};
use super::requests::{self, Ask, Desk, refuse, typed};
use super::watch;
use super::work::{Done, Failure, Job, Task, Worker};
use super::workspaces::{Found, Workspaces};
use crate::Progress;

pub(super) struct Server<'w> {
    client: Client,
    settings: Settings,
    documents: Documents,
    pub(super) workspaces: Workspaces,
    waiting: Vec<Waiting>,
    pub(super) worker: Worker,
    output: &'w mut dyn Write,
    /// What was asked of the client, by the number of the request.
    asked: BTreeMap<i32, Asked>,
    next: i32,
    /// The first look at a workspace, and whether it was said that it began.
    pub(super) indexing: Option<u64>,
    pub(super) is_shut_down: bool,
}

/// A request that waits for a check.
struct Waiting {
    id: RequestId,
    what: Wanted,
}

enum Wanted {
    File(lsp::Uri, Ask),
    Workspace(Vec<lsp::PreviousResultId>),
}

/// What was asked of the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    Settings,
    /// The answer changes nothing.
    Nothing,
}

impl<'w> Server<'w> {
    pub(super) fn new(client: Client, settings: Settings, worker: Worker, output: &'w mut dyn Write) -> Server<'w> {
        Server {
            client,
            settings,
            documents: Documents::default(),
            workspaces: Workspaces::default(),
            waiting: Vec::new(),
            worker,
            output,
            asked: BTreeMap::new(),
            next: 0,
            indexing: None,
            is_shut_down: false,
        }
    }

    pub(super) fn message(&mut self, message: Message) -> io::Result<()> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => self.notification(notification),
            Message::Response(response) => self.response(response),
        }
    }

    fn request(&mut self, Request { id, method, params }: Request) -> io::Result<()> {
        if self.is_shut_down {
            return self.respond(id, Err(refuse(ErrorCode::InvalidRequest, "the server is shut down")));
        }
        if self.waiting.iter().any(|waiting| waiting.id == id) {
            return self.respond(id, Err(refuse(ErrorCode::InvalidRequest, "this id is taken")));
        }
        let what = match method.as_str() {
            "shutdown" => {
                self.is_shut_down = true;
                return self.respond(id, Ok(Value::Null));
            }
            "initialize" => {
                return self.respond(id, Err(refuse(ErrorCode::InvalidRequest, "the server is initialized")));
            }
            "workspace/diagnostic" => typed(params)
                .map(|params: lsp::WorkspaceDiagnosticParams| Wanted::Workspace(params.previous_result_ids)),
            method => match requests::read(method, params) {
                Some(read) => read.map(|(uri, ask)| Wanted::File(uri, ask)),
                None => Err(refuse(ErrorCode::MethodNotFound, format!("`{method}` is not known"))),
            },
        };
        match what {
            Ok(what) => {
                self.waiting.push(Waiting { id, what });
                self.answer_all()
            }
            Err(error) => self.respond(id, Err(error)),
        }
    }

    fn notification(&mut self, Notification { method, params }: Notification) -> io::Result<()> {
        let wrong = |error: ResponseError| format!("{method}: {}", error.message);
        match method.as_str() {
            "initialized" => return self.begin(),
            "textDocument/didOpen" => match typed(params) {
                Ok(params) => self.open(params),
                Err(error) => return self.log(&wrong(error)),
            },
            "textDocument/didChange" => match typed(params) {
                Ok(params) => self.change(&params),
                Err(error) => return self.log(&wrong(error)),
            },
            "textDocument/didClose" => match typed(params) {
                Ok(params) => self.close(&params),
                Err(error) => return self.log(&wrong(error)),
            },
            "textDocument/didSave" => match typed(params) {
                Ok(params) => self.saved(&params),
                Err(error) => return self.log(&wrong(error)),
            },
            "workspace/didChangeWatchedFiles" => match typed(params) {
                Ok(params) => self.changed_on_disk(&params),
                Err(error) => return self.log(&wrong(error)),
            },
            "workspace/didChangeWorkspaceFolders" => match typed(params) {
                Ok(params) => return self.folders(&params),
                Err(error) => return self.log(&wrong(error)),
            },
            "workspace/didChangeConfiguration" => return self.configuration(&params),
            "$/cancelRequest" => return self.cancel(&params),
            _ => {}
        }
        self.answer_all()
    }

    fn response(&mut self, response: Response) -> io::Result<()> {
        let id = serde_json::to_value(&response.id).ok().and_then(|id| i32::try_from(id.as_i64()?).ok());
        let asked = id.and_then(|id| self.asked.remove(&id));
        match (asked, response.response_result) {
            (Some(Asked::Settings), Ok(answer)) => match answer.get(0).and_then(Settings::read) {
                Some(settings) => self.set(settings),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// The client is ready to be asked.
    fn begin(&mut self) -> io::Result<()> {
        if self.client.watches_files {
            self.ask("client/registerCapability", json!(watch::registration()), Asked::Nothing)?;
        }
        self.ask_for_settings()
    }

    fn ask_for_settings(&mut self) -> io::Result<()> {
        if !self.client.has_configuration {
            return Ok(());
        }
        self.ask("workspace/configuration", json!({ "items": [{ "section": "racelint" }] }), Asked::Settings)
    }

    fn set(&mut self, settings: Settings) -> io::Result<()> {
        if settings == self.settings {
            return Ok(());
        }
        let same =
            Settings { code_lens: settings.code_lens, inlay_hints: settings.inlay_hints, ..self.settings.clone() };
        let finds_the_same = same == settings;
        self.settings = settings;
        if !finds_the_same {
            for workspace in self.workspaces.all.values_mut() {
                workspace.renewed = true;
                workspace.touch();
            }
        }
        if self.client.refreshes_lenses {
            self.ask("workspace/codeLens/refresh", Value::Null, Asked::Nothing)?;
        }
        Ok(())
    }

    fn configuration(&mut self, params: &Value) -> io::Result<()> {
        match params.get("settings").filter(|_| !self.client.has_configuration).and_then(Settings::read) {
            Some(settings) => self.set(settings),
            None => self.ask_for_settings(),
        }
    }

    fn open(&mut self, params: lsp::DidOpenTextDocumentParams) {
        let lsp::TextDocumentItem { uri, version, text, .. } = params.text_document;
        let Some(path) = path_of(&uri) else { return };
        if self.workspaces.of(&path).is_none() && watch::is_source(&path) {
            // A file by itself: the project around it is found as on the command line.
            path.parent().map(Path::to_owned).into_iter().for_each(|folder| self.workspaces.add(folder));
        }
        self.documents.open(path.clone(), Document { uri, version, text });
        self.text_changed(&path);
    }

    fn change(&mut self, params: &lsp::DidChangeTextDocumentParams) {
        let document = &params.text_document;
        let Some(path) = path_of(&document.text_document_identifier.uri) else { return };
        if self.documents.change(&path, document.version, &params.content_changes, self.client.encoding) {
            self.text_changed(&path);
        }
    }

    fn close(&mut self, params: &lsp::DidCloseTextDocumentParams) {
        let Some(path) = path_of(&params.text_document.uri) else { return };
        if self.documents.close(&path) {
            self.text_changed(&path);
        }
    }

    fn saved(&mut self, params: &lsp::DidSaveTextDocumentParams) {
        let Some(path) = path_of(&params.text_document.uri) else { return };
        // A new file is one of the program from now on; what is in the others is known.
        if watch::is_configuration(&path) || watch::is_source(&path) && !self.is_known(&path) {
            self.look_again();
        }
    }

    fn is_known(&self, path: &Path) -> bool {
        let known = self.workspaces.of(path).and_then(|id| self.workspaces.all[&id].known.as_ref());
        matches!(known, Some((_, Found::Checked(checked))) if checked.report.sources.at(path).is_some())
    }

    fn text_changed(&mut self, path: &Path) {
        if watch::is_source(path) {
            self.workspaces.touch_all();
        }
    }

    fn changed_on_disk(&mut self, params: &lsp::DidChangeWatchedFilesParams) {
        let mut paths = params.changes.iter().filter_map(|change| path_of(&change.uri));
        if paths.any(|path| watch::matters(&path, &self.documents)) {
            self.look_again();
        }
    }

    fn look_again(&mut self) {
        self.workspaces.all.values_mut().for_each(|workspace| workspace.look_again = true);
        self.workspaces.touch_all();
    }

    fn folders(&mut self, params: &lsp::DidChangeWorkspaceFoldersParams) -> io::Result<()> {
        for folder in params.event.removed.iter().filter_map(|folder| path_of(&folder.uri)) {
            if let Some((id, workspace)) = self.workspaces.remove(&folder) {
                self.worker.give(Task::Forget(id));
                if let Some((_, progress)) = workspace.running {
                    progress.stop();
                }
                self.publish(workspace.published, &BTreeMap::new())?;
            }
        }
        params.event.added.iter().filter_map(|folder| path_of(&folder.uri)).for_each(|path| self.workspaces.add(path));
        self.answer_all()
    }

    fn cancel(&mut self, params: &Value) -> io::Result<()> {
        let id = params.get("id").cloned().and_then(|id| serde_json::from_value::<RequestId>(id).ok());
        let at = id.and_then(|id| self.waiting.iter().position(|waiting| waiting.id == id));
        match at {
            Some(at) => {
                let waiting = self.waiting.remove(at);
                self.respond(waiting.id, Err(refuse(ErrorCode::RequestCanceled, "cancelled")))
            }
            None => Ok(()),
        }
    }

    /// Gives the worker the next thing to do, if it has nothing.
    pub(super) fn start_work(&mut self) -> io::Result<()> {
        if self.workspaces.is_busy() {
            return Ok(());
        }
        let text = |(path, document): (&PathBuf, &Document)| (path.clone(), document.text.clone().into_bytes());
        let next = self.workspaces.all.iter_mut().find(|(_, workspace)| workspace.needs_work());
        let Some((id, workspace)) = next else { return Ok(()) };
        let progress = Arc::new(Progress::default());
        let job = Job {
            workspace: *id,
            generation: workspace.wanted,
            request: workspace.renewed.then(|| workspace.request(&self.settings)),
            overlay: self.documents.all().filter(|(path, _)| watch::is_source(path)).map(text).collect(),
            look_again: std::mem::take(&mut workspace.look_again),
            progress: Arc::clone(&progress),
        };
        workspace.renewed = false;
        workspace.running = Some((workspace.wanted, progress));
        let first = workspace.known.is_none().then_some(*id);
        self.worker.give(Task::Check(Box::new(job)));
        match first {
            Some(id) if self.indexing.is_none() => self.begin_indexing(id),
            _ => Ok(()),
        }
    }

    /// Takes what the worker has found.
    pub(super) fn done(&mut self, done: Done) -> io::Result<()> {
        let Some(workspace) = self.workspaces.all.get_mut(&done.workspace) else { return Ok(()) };
        workspace.running = None;
        let found = match done.result {
            Ok(checked) => Found::Checked(checked),
            Err(Failure::Stopped) => return Ok(()),
            Err(Failure::Said(message)) => Found::Failed(message),
        };
        let before = workspace.known.replace((done.generation, found.clone()));
        if let Found::Failed(message) = &found
            && !matches!(&before, Some((_, Found::Failed(known))) if known == message)
        {
            self.show(message)?;
        }
        // What a large program is made of takes its time to be given back.
        std::thread::spawn(move || drop(before));
        self.end_indexing(done.workspace)?;
        self.tell(done.workspace, &found)?;
        self.answer_all()
    }

    fn places<'a>(&'a self, sources: &'a crate::source::Sources) -> Places<'a> {
        Places { sources, documents: &self.documents, encoding: self.client.encoding }
    }

    /// Answers whoever waits for nothing any more.
    pub(super) fn answer_all(&mut self) -> io::Result<()> {
        let mut at = 0;
        while at < self.waiting.len() {
            match self.answer(&self.waiting[at].what) {
                None => at += 1,
                Some(answer) => {
                    let waiting = self.waiting.remove(at);
                    self.respond(waiting.id, answer)?;
                    if matches!(waiting.what, Wanted::File(_, Ask::Baseline(_))) {
                        self.look_again();
                    }
                }
            }
        }
        Ok(())
    }

    /// `None`: something is still being worked out.
    fn answer(&self, what: &Wanted) -> Option<Result<Value, ResponseError>> {
        let (uri, ask) = match what {
            Wanted::File(uri, ask) => (uri, ask),
            Wanted::Workspace(known) => return self.all_diagnostics(known).map(Ok),
        };
        let Some(path) = path_of(uri) else { return Some(Ok(requests::nothing(ask))) };
        let Some(id) = self.workspaces.of(&path) else { return Some(Ok(requests::nothing(ask))) };
        let workspace = &self.workspaces.all[&id];
        let checked = match workspace.current()? {
            Found::Checked(checked) => checked,
            Found::Failed(message) => return Some(Err(refuse(ErrorCode::RequestFailed, message.clone()))),
        };
        if let Ask::Diagnostics(known) = ask {
            let of_file = workspace.published.get(&path).cloned().unwrap_or_default();
            return Some(Ok(tell::report(&of_file, known.as_deref())));
        }
        let places = self.places(&checked.report.sources);
        let desk = Desk { checked, places, client: self.client, settings: &self.settings };
        let answer = crate::stages::guarded(|| desk.answer(ask, uri));
        Some(answer.unwrap_or_else(|message| Err(refuse(ErrorCode::InternalError, message))))
    }

    pub(super) fn respond(&mut self, id: RequestId, result: Result<Value, ResponseError>) -> io::Result<()> {
        self.write(Message::Response(Response { id, response_result: result }))
    }

    pub(super) fn notify(&mut self, method: &str, params: Value) -> io::Result<()> {
        self.write(Message::Notification(Notification { method: method.to_owned(), params }))
    }

    fn ask(&mut self, method: &str, params: Value, asked: Asked) -> io::Result<()> {
        self.next += 1;
        self.asked.insert(self.next, asked);
        let id = RequestId::from(self.next);
        self.write(Message::Request(Request { id, method: method.to_owned(), params }))
    }

    /// Says something in the client's log.
    pub(super) fn log(&mut self, text: &str) -> io::Result<()> {
        let params = lsp::LogMessageParams { kind: lsp::MessageType::Warning, message: text.to_owned() };
        self.notify("window/logMessage", json!(params))
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        let params = lsp::ShowMessageParams { kind: lsp::MessageType::Error, message: format!("racelint: {text}") };
        self.notify("window/showMessage", json!(params))
    }

    fn write(&mut self, message: Message) -> io::Result<()> {
        message.write(&mut self.output)?;
        self.output.flush()
    }
}
