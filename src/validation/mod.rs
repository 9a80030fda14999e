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

use crate::finding::Finding;
use crate::link::Program;
use crate::rules::Study;
use crate::source::Sources;

pub use document::{Document, schema};
pub use explain::explain;
pub use markdown::markdown;
pub use page::html;
pub use scenarios::Scenarios;
pub use survey::Survey;

/// What a survey is made of: the explored program, and all that the rules said of it, shown or not.
#[derive(Clone, Copy)]
pub struct Checked<'a> {
    pub program: &'a Program,
    pub study: &'a Study,
    pub findings: &'a [Finding],
    pub sources: &'a Sources,
}
