//! Why a pair is safe, by ablation: a guard is named only if the pair breaks without its instructions.

use super::model::Model;
use super::verdict::{Guard, Question};

pub fn because(model: &Model, question: &Question) -> Vec<Guard> {
    let _ = (model, question);
    Vec::new()
}
