//! The language server: what `racelint check` says, in an editor, as the person types.
//!
//! One thread talks (`server`), another one checks (`work`), and a third reads what the client says (`wire`). The talking
//! thread never waits for a check: what needs one is answered when it is done (`known`). A check that fails costs the
//! answers that waited for it. This room must never know a parser; what is found is found by `session`, by the same
//! pipeline as on the command line.

mod actions;
mod client;
mod diagnostics;
mod documents;
mod edits;
mod hover;
mod lens;
mod places;
mod position;
mod requests;
mod serve;
mod server;
mod watch;
mod wire;
mod work;
mod workspaces;

pub use serve::serve;
