//! Serve: from the first message to the last.

use std::io::{self, BufRead, Write};
use std::time::Duration;

use crossbeam_channel::{Receiver, never, select, tick};
use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, Message, RequestId, Response};
use serde_json::{Value, json};

use super::client::{Client, Settings};
use super::places::path_of;
use super::requests::refuse;
use super::server::Server;
use super::wire::{self, Incoming};
use super::work::Worker;

/// How often the person is told how far the first look is.
const REPORTS: Duration = Duration::from_millis(200);

/// Talks to one client until it leaves. Gives the exit code that the protocol asks for.
pub fn serve(input: impl BufRead + Send + 'static, output: &mut dyn Write) -> io::Result<u8> {
    let incoming = wire::listen(input);
    let Some((id, params)) = greeting(&incoming, output)? else { return Ok(1) };
    let client = Client::new(&params);
    let settings = params.get("initializationOptions").and_then(Settings::read).unwrap_or_default();
    let worker = Worker::start().map_err(|error| io::Error::other(error.to_string()))?;
    let mut server = Server::new(client, settings, worker, output);
    let info = json!({ "name": "racelint", "version": env!("CARGO_PKG_VERSION") });
    server.respond(id, Ok(json!({ "capabilities": client.capabilities(), "serverInfo": info })))?;
    folders(&params).iter().filter_map(path_of).for_each(|folder| server.workspaces.add(folder));
    run(server, &incoming)
}

fn run(mut server: Server<'_>, incoming: &Receiver<Incoming>) -> io::Result<u8> {
    let done = server.worker.done.clone();
    let silence = never();
    let ticks = tick(REPORTS);
    loop {
        if incoming.is_empty() {
            server.start_work()?;
        }
        select! {
            recv(incoming) -> message => match message {
                Ok(Incoming::Message(Message::Notification(last))) if last.method == "exit" => {
                    return Ok(u8::from(!server.is_shut_down));
                }
                Ok(Incoming::Message(message)) => server.message(message)?,
                Ok(Incoming::Broken(what)) => server.log(&what)?,
                Err(_) => return Ok(1),
            },
            recv(done) -> finished => match finished {
                Ok(finished) => server.done(finished)?,
                Err(_) => return Err(io::Error::other("the thread that checks has ended")),
            },
            recv(if server.indexing.is_some() { &ticks } else { &silence }) -> _ => server.report_indexing()?,
        }
    }
}

/// The request that begins everything; what comes before it is refused. `None` if the client leaves.
fn greeting(incoming: &Receiver<Incoming>, mut output: &mut dyn Write) -> io::Result<Option<(RequestId, Value)>> {
    for message in incoming {
        match message {
            Incoming::Message(Message::Request(request)) if request.method == "initialize" => {
                return Ok(Some((request.id, request.params)));
            }
            Incoming::Message(Message::Request(request)) => {
                let error = refuse(ErrorCode::ServerNotInitialized, "the server is not initialized");
                let response = Response { id: request.id, response_result: Err(error) };
                Message::Response(response).write(&mut output)?;
                output.flush()?;
            }
            Incoming::Message(Message::Notification(last)) if last.method == "exit" => return Ok(None),
            Incoming::Message(_) | Incoming::Broken(_) => {}
        }
    }
    Ok(None)
}

/// The folders that the client has open, in the newest form that it names them in.
fn folders(params: &Value) -> Vec<lsp::Uri> {
    let uri = |value: &Value| value.as_str().and_then(|text| lsp::Uri::parse(text).ok());
    if let Some(folders) = params.get("workspaceFolders").and_then(Value::as_array) {
        return folders.iter().filter_map(|folder| folder.get("uri").and_then(uri)).collect();
    }
    let root = params.get("rootUri").and_then(uri);
    let path = || params.get("rootPath").and_then(Value::as_str).and_then(|path| lsp::Uri::from_file_path(path).ok());
    root.or_else(path).into_iter().collect()
}
