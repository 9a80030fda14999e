//! Validation: what was examined, what of it breaks, what is safe and by which guard, as a report of its own.
//!
//! A survey gathers every site with its verdict while the explored program is at hand; the document sorts the sites into
//! scenarios and is what the forms (page, Markdown, JSON) are made of. A guard is named as evidence only if a rule speaks
//! once it is taken away. This room must never know a parser.

mod classify;
mod document;
mod evidence;
mod explain;
mod locks;
mod markdown;
mod page;
mod rows;
mod scenarios;
mod starts;
mod survey;
mod trend;

pub use document::{Document, schema};
pub use explain::explain;
pub use markdown::markdown;
pub use page::html;
pub use scenarios::Scenarios;
pub use survey::Survey;

pub use crate::session::Seen as Checked;
