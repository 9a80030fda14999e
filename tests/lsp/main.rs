//! The language server as editors meet it: every feature over the standard input and output, half-typed code, and
//! messages in no order.

mod client;
mod edits;
mod features;
mod fuzz;
mod life;
mod prefixes;
mod projects;
