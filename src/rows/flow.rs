//! Flow: what comes after what in one function, what runs again, and which branch leads to a step.

use crate::facts::{BlockIx, Exit, Function, Test, Value};

/// Which blocks a block leads to, errors aside.
pub(super) struct Flow {
    reach: Vec<Vec<bool>>,
}

/// The most blocks of a function that is looked at.
const BLOCKS: usize = 1_500;

impl Flow {
    pub(super) fn of(function: &Function) -> Flow {
        let count = function.blocks.len();
        if count > BLOCKS {
            return Flow { reach: Vec::new() };
        }
        Flow { reach: (0..count).map(|at| reach(function, at, usize::MAX)).collect() }
    }

    /// Can a run come from block `a` to block `b`, by at least one step?
    pub(super) fn leads(&self, a: u32, b: u32) -> bool {
        self.reach.get(a as usize).is_some_and(|reach| reach[b as usize])
    }

    pub(super) fn repeats(&self, block: u32) -> bool {
        self.leads(block, block)
    }
}

fn next(function: &Function, at: usize) -> Vec<BlockIx> {
    match &function.blocks[at].exit {
        Exit::Goto(to) => vec![*to],
        Exit::Branch { then, otherwise, .. } => vec![*then, *otherwise],
        Exit::Return { .. } | Exit::Throw { .. } | Exit::Never => Vec::new(),
    }
}

/// The blocks behind `from`, on ways that do not go through `avoid`.
fn reach(function: &Function, from: usize, avoid: usize) -> Vec<bool> {
    let mut seen = vec![false; function.blocks.len()];
    let mut todo: Vec<usize> = next(function, from).iter().map(|to| to.index()).collect();
    while let Some(at) = todo.pop() {
        if at == avoid || seen[at] {
            continue;
        }
        seen[at] = true;
        todo.extend(next(function, at).iter().map(|to| to.index()));
    }
    seen
}

/// A test, and how it came out on the way to a block.
pub(super) struct Control<'f> {
    pub(super) block: u32,
    pub(super) test: &'f Test,
    pub(super) holds: bool,
}

/// The tests that decide whether a block is reached.
pub(super) fn controls(function: &Function, block: u32) -> Vec<Control<'_>> {
    if function.blocks.len() > BLOCKS {
        return Vec::new();
    }
    let leads = |from: BlockIx, avoid: usize| {
        from.index() == block as usize || reach(function, from.index(), avoid)[block as usize]
    };
    let mut found = Vec::new();
    for (at, facts) in function.blocks.iter().enumerate() {
        let Exit::Branch { test, then, otherwise, .. } = &facts.exit else { continue };
        let (yes, no) = (leads(*then, at), leads(*otherwise, at));
        if yes != no {
            found.push(Control { block: at as u32, test, holds: yes });
        }
    }
    found
}

/// The blocks that only an error leads to, from this one.
pub(super) fn handler(function: &Function, block: u32) -> Vec<bool> {
    match function.blocks[block as usize].on_error {
        Some(to) => {
            let mut seen = reach(function, to.index(), usize::MAX);
            seen[to.index()] = true;
            seen
        }
        None => vec![false; function.blocks.len()],
    }
}

/// What a test that came out like this says of a value: is something there?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    Something,
    Nothing,
    /// A number was compared, or the content.
    Else,
}

impl Found {
    pub(super) fn turned(self) -> Found {
        match self {
            Found::Something => Found::Nothing,
            Found::Nothing => Found::Something,
            Found::Else => Found::Else,
        }
    }
}

/// The values that the test is about, and what it says of them.
pub(super) fn says<'f>(test: &'f Test, holds: bool, out: &mut Vec<(&'f Value, Found)>) {
    let there = |yes: bool| if yes { Found::Something } else { Found::Nothing };
    match test {
        Test::Truthy(value) => out.push((value, there(holds))),
        Test::Absent(value) => out.push((value, there(!holds))),
        Test::Not(inner) => says(inner, !holds, out),
        Test::Is(value, name) => match name.as_str() {
            "None" => out.push((value, there(!holds))),
            "Some" => out.push((value, there(holds))),
            _ => out.push((value, Found::Else)),
        },
        Test::Equals(value, Value::Int(0)) => out.push((value, there(!holds))),
        Test::Equals(value, Value::Int(_)) => out.push((value, Found::Else)),
        Test::Equals(a, b) => {
            out.push((a, Found::Else));
            out.push((b, Found::Else));
        }
        Test::Less(Value::Int(0), value) => out.push((value, there(holds))),
        Test::Less(value, Value::Int(1)) => out.push((value, there(!holds))),
        Test::Less(a, b) => {
            out.push((a, Found::Else));
            out.push((b, Found::Else));
        }
        Test::Unknown(values) => out.extend(values.iter().map(|value| (value, Found::Else))),
    }
}
