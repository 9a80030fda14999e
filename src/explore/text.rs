//! Models as text, for tests: one line an instruction, read and written.
//!
//! ```text
//! world tasks
//! place busy = false
//! place ctx = absent resource
//! outside row = absent own
//! lock m writer
//! pair a b
//! order first then
//! releaser ctx cleanup
//! flow load
//!   r = read busy
//!   if r goto out
//!   write busy = true
//!   c = pause(r) ! failed
//! out:
//!   return
//! ```
//!
//! `! label`: it may fail, and then goes there; `!`: it may fail, and ends the run; `~ label`: an error goes there. A line
//! may begin with `@n`, its site; else sites count up. Registers and constants are numbered as they come, except those
//! written `r3` and `'3`.

mod parse;
mod print;
mod words;

pub use parse::parse;
pub use print::print;
