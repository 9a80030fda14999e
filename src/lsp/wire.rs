//! Wire: messages from and to the client. A message that cannot be understood is said so and costs itself only.

use std::io::{BufRead, ErrorKind};
use std::thread;

use crossbeam_channel::{Receiver, unbounded};
use lsp_server::Message;

/// What comes from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Message),
    /// Something that is no message, with what is wrong about it.
    Broken(String),
}

/// Reads on a thread of its own until the client ends. Nothing ever waits there, so a client that writes before it reads
/// cannot bring both to a stop.
pub(super) fn listen(mut input: impl BufRead + Send + 'static) -> Receiver<Incoming> {
    let (sender, receiver) = unbounded();
    thread::spawn(move || {
        loop {
            let incoming = match Message::read(&mut input) {
                Ok(Some(message)) => Incoming::Message(message),
                Err(error) if error.kind() == ErrorKind::InvalidData => Incoming::Broken(error.to_string()),
                Ok(None) | Err(_) => break,
            };
            if sender.send(incoming).is_err() {
                break;
            }
        }
    });
    receiver
}
