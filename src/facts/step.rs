//! Steps, values and tests: what a function does, one thing at a time.

use serde::{Deserialize, Serialize};

use super::{BlockIx, FunctionIx, PlaceIx, Reg, Span, UnitIx};
use crate::names::Name;

/// A straight stretch of steps and how it ends.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Block {
    pub steps: Vec<Step>,
    pub exit: Exit,
    /// Where an error raised inside goes: a `catch`, a `finally` copy, the drops of a scope. `None`: out of the function.
    pub on_error: Option<BlockIx>,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Exit {
    Goto(BlockIx),
    Branch {
        test: Test,
        then: BlockIx,
        otherwise: BlockIx,
        span: Span,
    },
    Return {
        value: Value,
        span: Span,
    },
    /// `throw`, a panic, an `Err` that leaves by `?` after the scope's drops.
    Throw {
        value: Value,
        span: Span,
    },
    /// Nothing follows (`loop {}` without break, after `process.exit()`).
    #[default]
    Never,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Step {
    pub span: Span,
    pub kind: StepKind,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum StepKind {
    Read {
        place: PlaceIx,
        into: Reg,
        what: ReadWhat,
    },
    Write {
        place: PlaceIx,
        how: WriteHow,
        /// What is stored. A value's registers are what the write rests on.
        value: Value,
    },
    Call {
        callee: Callee,
        args: Vec<Arg>,
        into: Reg,
    },
    /// The run may pause here until `on` is there; `into` is what it yields. Never written for a call that does not wait.
    Suspend {
        on: Value,
        into: Reg,
        how: Suspension,
    },
    /// `?`: goes to the block's `on_error` when `of` is an `Err` or `None`, else `into` is the payload.
    Try {
        of: Value,
        into: Reg,
    },
    /// The owner of this value ends here: end of scope, end of statement for a temporary. Written for every value that a
    /// call made and that can own something; Rust, and `using` in TypeScript. A value that was moved away first is no
    /// longer there: the drop then does nothing.
    Drop {
        place: PlaceIx,
    },
    /// `let _ = x` in a Rust function inside the one that has `x`: it is named, and neither read, moved nor captured. In
    /// TypeScript `void x`: nobody is to look at it.
    Ignore {
        place: PlaceIx,
    },
    /// One arm of an expression that has several (`a ? b : c`, `a && b`, a `match`): the arms bind the same register.
    Let {
        into: Reg,
        value: Value,
    },
    /// Something with effects that the front-end cannot say: a foreign macro, blanked text.
    Unknown {
        what: Name,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ReadWhat {
    Value,
    /// Only whether something is there: `k in o`, `delete`'s result.
    Presence,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum WriteHow {
    /// `=`
    Set,
    /// `delete o.k`
    Remove,
    /// The first value of a variable or field, before anybody else can see it.
    Init,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Suspension {
    Await,
    Yield,
    /// One round of `for await`.
    Next,
    /// The first of several that is ready (`select!`).
    Select,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Callee {
    /// A function or method by the way it is written: `load(…)`, `this.store.load(…)`, `fs::rename(…)`. The last element
    /// of the path is the function, what stands before it the receiver.
    Place(PlaceIx),
    /// `a?.b()`: as above, and nothing happens when the receiver is absent.
    Optional(PlaceIx),
    /// A function value: an immediately called closure, `getHandler()(x)`.
    Value(Value),
    /// `new X(…)`
    New(PlaceIx),
    /// `super(…)`
    Super,
    /// A JSX element; the props are named arguments.
    Element(PlaceIx),
    /// A macro that is no plain expression, by name without `!`.
    Macro(Name),
    /// A tagged template: the tag's place; first argument is the text with holes.
    Tag(PlaceIx),
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Arg {
    /// The prop's name in a JSX element.
    pub name: Option<Name>,
    pub value: Value,
    pub passing: Passing,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Passing {
    /// The value itself; in Rust it is moved (or copied).
    #[default]
    Value,
    Ref,
    RefMut,
    /// `...rest`
    Spread,
}

/// What an operand is. Constants, fresh things and functions are values of their own; everything else is the register of
/// the step that made it, or a term over such.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Value {
    /// `null`, `undefined`, `None`
    Absent,
    Bool(bool),
    Int(i64),
    /// Any other number, by its text.
    Number(Name),
    /// A string, or a constant known only by its name (an enum member, a unit-like Rust path).
    Text(Name),
    /// Text put together at run time: a template, `a + "x"`, `format!(…)`.
    Template(Vec<Value>),
    Reg(Reg),
    /// A parameter of this function that is never assigned to.
    Param(u16),
    This,
    Function(FunctionIx),
    Class(UnitIx),
    /// An object literal with these fields in order; a spread stands under the name `...`. In Rust a struct literal.
    Record(Vec<(Name, Value)>),
    /// An array, tuple or vector literal.
    List(Vec<Value>),
    /// `case` of an enum with its payload: `Some(x)`, `Err(e)`, `State::Busy { since }`.
    Case(Name, Vec<Value>),
    /// `of + plus`
    Sum(Reg, i64),
    /// Computed from these and nothing else (operators, ternaries whose arms are both values).
    Term(Vec<Value>),
    #[default]
    Unknown,
}

impl Value {
    /// The entry of a struct literal's record that names its type.
    pub const TYPE_ENTRY: &str = "::";

    /// The path of the type that a struct literal makes, as written.
    pub fn struct_path(&self) -> Option<Name> {
        match self {
            Value::Record(fields) => match fields.first()? {
                (entry, Value::Text(path)) if *entry == Self::TYPE_ENTRY => Some(*path),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A condition, about values that were read before it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Test {
    Truthy(Value),
    /// Is it null, undefined, `None`?
    Absent(Value),
    Equals(Value, Value),
    /// `a < b`; `a >= b` is its negation.
    Less(Value, Value),
    /// Is it this case of an enum (`Some`, `Ok`, `Err`, `Busy`), or an instance of this class?
    Is(Value, Name),
    Not(Box<Test>),
    /// Depends on these values, nobody can say how (also the head of a `for` loop: is there another element?).
    Unknown(Vec<Value>),
}
