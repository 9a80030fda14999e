//! Waits: a call that ends before its work has, by the company that it keeps: what it hands on to, and who else calls it.

use rustc_hash::FxHashMap;

use super::Shown;
use crate::examine::dropped::Dropped;
use crate::facts::Value;
use crate::finding::{Confidence, Cure, Draft, Spot};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::rules::late::late_writes;
use crate::rules::wording::{name, scope};

/// An async function that only hands on to another of its name, and has returned before that has done anything.
pub(super) fn hollow(program: &Program, call: &Dropped) -> Option<Draft> {
    let (by, target) = (program.function(call.by), program.function(call.target));
    let forwards = by.name == target.name && !by.name.is_empty() && call.by != call.target && call.own;
    if !by.is_async || !forwards || !call.last || !program.summary(call.target).pauses {
        return None;
    }
    let callee = scope(program, call.target);
    let outer = scope(program, call.by);
    let body = program.body(call.target).blocks.iter().flatten();
    let pause = body.filter(|op| matches!(op.kind, OpKind::Suspend { .. })).map(|op| op.span).next();
    let inside = Spot { file: call.target.file, span: pause.unwrap_or(target.name_span) };
    Some(Draft {
        message: format!("`{outer}` ends before `{callee}` has: the call is not awaited"),
        help: format!("`return` or `await` the call of `{callee}`"),
        related: vec![(inside, format!("`{callee}` is suspended here"))],
        ..outlived(program, call, [inside, inside], [&callee, &outer])?
    })
}

/// A call that goes on when its caller has ended: where it is suspended, and where it goes on.
fn outlived(program: &Program, call: &Dropped, [pause, rest]: [Spot; 2], [callee, caller]: [&str; 2]) -> Option<Draft> {
    let shown = Shown {
        call,
        spots: [pause, rest, Spot { file: call.by.file, span: program.function(call.by).name_span }],
        said: [
            format!("starts `{callee}` and does not wait for it"),
            format!("`{callee}` is suspended"),
            format!("`{callee}` goes on: only now is it done"),
            format!("whoever awaited `{caller}` goes on as if it were done"),
        ],
    };
    Some(Draft {
        confidence: Confidence::Likely,
        outcome: format!("`{caller}` resolves before its work is done, and a failure of `{callee}` reaches nobody"),
        assumptions: vec![format!("somebody goes on when `{caller}` has resolved")],
        fixes: vec![Cure::Await { call: Spot { file: call.by.file, span: call.span } }],
        ..shown.draft(program)?
    })
}

/// How often each function is waited for: who does not, where all others do, has most likely forgotten it.
pub(super) struct Waits {
    waited: FxHashMap<FunctionId, Vec<Spot>>,
    dropped: FxHashMap<FunctionId, usize>,
}

/// So many wait for it at least, for one who does not.
const WAITING: usize = 2;

impl Waits {
    pub(super) fn of(program: &Program, all: &[Dropped]) -> Waits {
        let mut waits = Waits { waited: FxHashMap::default(), dropped: FxHashMap::default() };
        for call in all {
            *waits.dropped.entry(call.target).or_default() += 1;
        }
        for by in program.functions().filter(|by| !program.function(*by).test && !program.is_rust(by.file)) {
            for ops in &program.body(by).blocks {
                for pair in ops.windows(2) {
                    if let (OpKind::Call { target, into, .. }, OpKind::Suspend { on: Value::Reg(on), .. }) =
                        (&pair[0].kind, &pair[1].kind)
                        && on == into
                    {
                        let spot = Spot { file: by.file, span: pair[0].span };
                        waits.waited.entry(*target).or_default().push(spot);
                    }
                }
            }
        }
        waits
    }

    /// A call that an async function forgets to wait for, of what writes something behind a pause.
    pub(super) fn alone(&self, program: &Program, call: &Dropped) -> Option<Draft> {
        let waited = self.waited.get(&call.target)?;
        let alone = self.dropped.get(&call.target) == Some(&1) && waited.len() >= WAITING;
        let summary = program.summary(call.target);
        let forgets = program.function(call.by).is_async && !call.meant;
        if !alone || !forgets || !summary.pauses || summary.writes.is_empty() {
            return None;
        }
        let (callee, caller) = (name(program, call.target), name(program, call.by));
        let mut late = Vec::new();
        let mut pause = None;
        late_writes(program, call.target, 3, &mut pause, &mut late);
        let inside = pause.unwrap_or(Spot { file: call.target.file, span: program.function(call.target).name_span });
        let written = late.first().map_or(inside, |late| late.write);
        Some(Draft {
            message: format!("`{caller}` does not wait for `{callee}`: everywhere else it is waited for"),
            help: format!("`await` the call of `{callee}`, or say by `void` that it is meant so"),
            related: waited.iter().take(WAITING).map(|spot| (*spot, "it is waited for here".to_owned())).collect(),
            ..outlived(program, call, [inside, written], [&callee, &caller])?
        })
    }
}
