//! Page: the document as one HTML file that needs nothing from elsewhere.

use super::document::Document;
use crate::source::Sources;

pub fn html(document: &Document, sources: &Sources) -> String {
    let _ = sources;
    format!("{}", document.version)
}
