//! Clock: which tests ask how much time has gone by, and how much the code allows.

use crate::assemble::Assembled;
use crate::explore::{Break, EventKind};
use crate::facts::{Exit, Reg, Span, Test, Value};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Seg};

/// How long somebody waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Limit {
    /// Where the code names a constant.
    pub(super) millis: Option<i64>,
}

/// Words of calls and fields that tell a time or an age.
const TIMES: &[&str] = &[
    "elapsed",
    "now",
    "mtime",
    "mtimems",
    "birthtime",
    "birthtimems",
    "ctimems",
    "modified",
    "created",
    "duration_since",
    "age",
    "timestamp",
    "gettime",
    "signed_duration_since",
    "acquired_at",
    "acquiredat",
    "created_at",
    "createdat",
    "started_at",
    "startedat",
    "expires_at",
    "expiresat",
    "expired",
    "is_expired",
    "isexpired",
    "stale",
    "is_stale",
    "isstale",
    "deadline",
    "lastheartbeat",
    "heartbeat",
];

/// How deep what a value rests on is followed.
const DEPTH: u32 = 6;

/// The time-out on the way to the act.
pub(super) fn waited(program: &Program, assembled: &Assembled, found: &Break) -> Option<Limit> {
    let sites = &assembled.sites;
    let tests = found.witness.iter().filter(|event| matches!(event.what, EventKind::Tests(_)));
    let limits = tests.filter_map(|event| {
        let info = sites.get(event.site.0 as usize)?;
        limit_at(program, info.function, info.span)
    });
    limits.max_by_key(|limit| limit.millis)
}

/// The time-out that the test at this span asks for, if it asks for one.
fn limit_at(program: &Program, function: FunctionId, span: Span) -> Option<Limit> {
    let blocks = &program.function(function).blocks;
    let test = blocks.iter().find_map(|block| match &block.exit {
        Exit::Branch { test, span: at, .. } if *at == span => Some(test),
        _ => None,
    })?;
    let clock = Clock { program, function, depth: DEPTH };
    clock.test(test)
}

struct Clock<'p> {
    program: &'p Program,
    function: FunctionId,
    depth: u32,
}

impl Clock<'_> {
    fn test(&self, test: &Test) -> Option<Limit> {
        match test {
            Test::Not(inner) => self.test(inner),
            Test::Less(a, b) => {
                let timed = self.tells_time(a) || self.tells_time(b);
                timed.then(|| Limit { millis: self.millis(a).or_else(|| self.millis(b)) })
            }
            Test::Truthy(value) | Test::Is(value, _) => self.answered(value),
            Test::Unknown(values) => values
                .iter()
                .any(|value| self.tells_time(value))
                .then(|| Limit { millis: values.iter().find_map(|value| self.millis(value)) }),
            Test::Absent(_) | Test::Equals(..) => None,
        }
    }

    /// A function of the program that answers whether it is time.
    fn answered(&self, value: &Value) -> Option<Limit> {
        let depth = self.depth.checked_sub(1)?;
        let kind = self.made(value)?;
        match kind {
            OpKind::Call { target, .. } => {
                let inner = Clock { program: self.program, function: *target, depth };
                let blocks = &self.program.function(*target).blocks;
                let limits = blocks.iter().filter_map(|block| match &block.exit {
                    Exit::Branch { test, .. } => inner.test(test),
                    Exit::Return { value, .. } => {
                        inner.tells_time(value).then(|| Limit { millis: inner.millis(value) })
                    }
                    _ => None,
                });
                limits.max_by_key(|limit| limit.millis)
            }
            OpKind::Try { of, .. } | OpKind::Expect { of, .. } | OpKind::Let { value: of, .. } => {
                let inner = Clock { depth, ..*self };
                match of {
                    Value::Reg(_) => inner.answered(of),
                    _ => inner.tells_time(of).then(|| Limit { millis: inner.millis(of) }),
                }
            }
            OpKind::Suspend { on, .. } => Clock { depth, ..*self }.answered(on),
            _ => self.tells_time(value).then(|| Limit { millis: self.millis(value) }),
        }
    }

    /// Does the function answer with a time, or with what one is compared to?
    fn answers_time(&self) -> bool {
        let mut blocks = self.program.function(self.function).blocks.iter();
        blocks.any(|block| matches!(&block.exit, Exit::Return { value, .. } if self.tells_time(value)))
    }

    fn made(&self, value: &Value) -> Option<&OpKind> {
        let Value::Reg(wanted) = value else { return None };
        let mut ops = self.program.body(self.function).blocks.iter().flatten().map(|op| &op.kind);
        ops.find(|kind| kind.makes() == Some(*wanted))
    }

    fn deeper(&self) -> Option<Clock<'_>> {
        Some(Clock { depth: self.depth.checked_sub(1)?, ..*self })
    }

    fn tells_time(&self, value: &Value) -> bool {
        let Some(inner) = self.deeper() else { return false };
        let any = |values: &[Value]| values.iter().any(|value| inner.tells_time(value));
        match value {
            Value::Term(parts) | Value::List(parts) | Value::Template(parts) | Value::Case(_, parts) => any(parts),
            Value::Sum(reg, _) => inner.tells_time(&Value::Reg(*reg)),
            // `is_ok_and(|age| age > limit)`: what a closure answers decides.
            Value::Function(ix) => {
                Clock { function: FunctionId { file: self.function.file, ix: *ix }, ..inner }.answers_time()
            }
            Value::Reg(reg) if self.is_now(*reg) => true,
            Value::Reg(reg) => match self.made(value) {
                Some(OpKind::Act { name, on, args, .. }) => {
                    is_time(name) || any(args) || on.is_some_and(|on| inner.tells_time(&Value::Reg(on)))
                }
                Some(OpKind::Read { at, .. }) => {
                    at.path.iter().any(|seg| matches!(seg, Seg::Field(name) if is_time(name)))
                }
                Some(OpKind::Call { target, args, .. }) => is_time(&self.program.function(*target).name) || any(args),
                Some(OpKind::Let { value, .. }) => *value != Value::Reg(*reg) && inner.tells_time(value),
                Some(OpKind::Try { of, .. } | OpKind::Expect { of, .. }) => inner.tells_time(of),
                Some(OpKind::Suspend { on, .. }) => inner.tells_time(on),
                _ => false,
            },
            _ => false,
        }
    }

    /// Is it the time as a model tells it?
    fn is_now(&self, reg: Reg) -> bool {
        let info = self.program.body(self.function).registers.get(reg.index());
        let path = info.and_then(|info| info.path.as_ref());
        matches!(path.map(|path| path.base), Some(Base::External(name)) if name == "now")
    }

    /// A constant amount of time.
    fn millis(&self, value: &Value) -> Option<i64> {
        let inner = self.deeper()?;
        match value {
            Value::Int(number) if *number > 0 => Some(*number),
            Value::Number(text) => text.replace('_', "").parse::<f64>().ok().map(|number| number as i64),
            Value::Reg(_) => self.op_millis(self.function, self.made(value)?, value),
            Value::Term(parts) => parts.iter().find_map(|part| inner.millis(part)),
            _ => None,
        }
    }

    fn op_millis(&self, function: FunctionId, kind: &OpKind, value: &Value) -> Option<i64> {
        let inner = self.deeper()?;
        match kind {
            OpKind::Act { name, args, .. } => {
                let unit = unit_of(name)?;
                let amount = match args.first() {
                    Some(Value::Int(number)) => *number,
                    _ => product(self.text_of(function, value)?)?,
                };
                Some(amount * unit)
            }
            OpKind::Let { value, .. } | OpKind::Try { of: value, .. } | OpKind::Expect { of: value, .. } => {
                inner.millis(value).or_else(|| self.other_arm(kind))
            }
            OpKind::Read { at, .. } => match at.base {
                Base::Variable(unit, field) if at.path.is_empty() => {
                    let declared = &self.program.unit(unit).fields.get(field as usize)?.init;
                    if let Value::Int(number) = declared {
                        return Some(*number);
                    }
                    let module = FunctionId { file: unit.file, ix: crate::facts::FunctionIx(0) };
                    let outer = Clock { program: self.program, function: module, depth: inner.depth };
                    let ops = self.program.body(module).blocks.iter().flatten();
                    ops.into_iter().find_map(|op| match &op.kind {
                        OpKind::Write { at: written, value, .. } if written == at => outer.millis(value),
                        _ => None,
                    })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// `given ?? 10_000`: the value where nothing was given.
    fn other_arm(&self, kind: &OpKind) -> Option<i64> {
        let into = kind.makes()?;
        self.program.body(self.function).blocks.iter().flatten().find_map(|op| match &op.kind {
            OpKind::Let { into: other, value: Value::Int(number) } if *other == into => Some(*number),
            _ => None,
        })
    }

    /// The source of the step that makes a value.
    fn text_of(&self, function: FunctionId, value: &Value) -> Option<&str> {
        let Value::Reg(wanted) = value else { return None };
        let op = self.program.body(function).blocks.iter().flatten().find(|op| op.kind.makes() == Some(*wanted))?;
        let text = &self.program.files[function.file.index()].text;
        text.get(op.span.start as usize..op.span.end as usize)
    }
}

fn is_time(name: &str) -> bool {
    let name = name.to_lowercase();
    TIMES.contains(&name.as_str()) || ["stale", "expired", "elapsed"].iter().any(|word| name.contains(word))
}

/// How many milliseconds a call's unit has.
fn unit_of(name: &str) -> Option<i64> {
    Some(match name {
        "from_secs" | "seconds" | "try_seconds" | "from_secs_f64" => 1000,
        "from_millis" | "milliseconds" => 1,
        "from_mins" | "minutes" => 60_000,
        "from_hours" | "hours" => 3_600_000,
        "days" => 86_400_000,
        _ => return None,
    })
}

/// `Duration::from_secs(5 * 60)`: the product between the brackets.
fn product(text: &str) -> Option<i64> {
    let inner = &text[text.find('(')? + 1..text.rfind(')')?];
    inner.split('*').map(|factor| factor.trim().replace('_', "").parse::<i64>().ok()).product()
}
