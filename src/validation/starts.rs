//! Starts: by which call a function comes to run: a timer, a listener, a route.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::examine::overlap::Overlap;
use crate::facts::Value;
use crate::finding::Spot;
use crate::link::Program;
use crate::link::bind::{Callable, OpKind};
use crate::link::ids::FunctionId;

/// As many callers up it is asked what starts a function.
const CALLERS: usize = 5;

/// A call that was handed a function.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Start {
    /// As the code writes what is called: `app.post`.
    pub(super) call: String,
    pub(super) at: Spot,
}

/// Which calls were handed which functions.
#[derive(Default)]
pub(super) struct Starts {
    of: FxHashMap<FunctionId, Vec<Start>>,
}

impl Starts {
    pub(super) fn of(program: &Program) -> Starts {
        let mut starts = Starts::default();
        for by in program.functions().filter(|id| !program.function(*id).test) {
            for op in program.body(by).blocks.iter().flatten() {
                let (callee, args) = match &op.kind {
                    OpKind::Act { args, .. } => (None, args.as_slice()),
                    OpKind::Run { callee, args, .. } => (callee.target(), args.as_slice()),
                    _ => continue,
                };
                let known = |value: &Value| function_of(program, by, value);
                for target in args.iter().filter_map(known).chain(callee) {
                    let at = Spot { file: by.file, span: op.span };
                    let text = &program.files[by.file.index()].text;
                    let text = text.get(op.span.start as usize..op.span.end as usize).unwrap_or_default();
                    if let Some(call) = head(text) {
                        starts.of.entry(target).or_default().push(Start { call, at });
                    }
                }
            }
        }
        starts
    }

    /// What starts this function, or one that calls it.
    pub(super) fn behind(&self, overlap: &Overlap, id: FunctionId) -> Vec<Start> {
        let (mut seen, mut found) = (BTreeSet::from([id]), BTreeSet::new());
        let mut now = vec![id];
        for _ in 0..=CALLERS {
            let mut next = Vec::new();
            for id in now {
                found.extend(self.of.get(&id).into_iter().flatten().cloned());
                next.extend(overlap.callers(id).into_iter().filter(|caller| seen.insert(*caller)));
            }
            now = next;
        }
        found.into_iter().collect()
    }
}

/// The function that a value is.
fn function_of(program: &Program, by: FunctionId, value: &Value) -> Option<FunctionId> {
    match value {
        Value::Function(ix) => Some(FunctionId { file: by.file, ix: *ix }),
        Value::Reg(reg) => match program.body(by).registers.get(reg.index())?.callable {
            Callable::Function(id) => Some(id),
            _ => None,
        },
        _ => None,
    }
}

/// What stands before the first bracket of a call, if it is no more than names.
fn head(text: &str) -> Option<String> {
    let head = text.split('(').next()?.trim().trim_start_matches("new ").trim_start_matches("await ");
    let named = !head.is_empty() && head.len() < text.len() && head.len() <= 60;
    let names = head.chars().all(|c| c.is_alphanumeric() || "._$:<>?!".contains(c));
    (named && names).then(|| head.to_owned())
}

#[cfg(test)]
mod tests {
    use super::head;

    #[test]
    fn the_head_of_a_call_is_its_name() {
        assert_eq!(head("app.post(\"/a\", run)").as_deref(), Some("app.post"));
        assert_eq!(head("setInterval(() => f(), 5)").as_deref(), Some("setInterval"));
        assert_eq!(head("(() => 1)()"), None);
        assert_eq!(head("x"), None);
    }
}
