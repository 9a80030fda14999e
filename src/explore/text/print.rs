//! Writes a model.

use crate::explore::model::Model;

pub fn print(model: &Model) -> String {
    let _ = model;
    String::new()
}
