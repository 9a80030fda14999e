//! The promises that every front-end keeps. Runs in every test that lowers something, and in debug builds.

use super::{
    BlockIx, Callee, Elem, Exit, FileFacts, Function, FunctionIx, Place, PlaceIx, Reg, Root, StepKind, Test, Value,
};

/// What is wrong with these facts; empty when they keep every promise.
pub fn check(facts: &FileFacts) -> Vec<String> {
    let mut wrong = Vec::new();
    if facts.units.is_empty() || facts.functions.is_empty() {
        wrong.push("unit 0 and function 0 stand for the module".to_owned());
    }
    for (index, function) in facts.functions.iter().enumerate() {
        let mut check = Check { facts, function, wrong: Vec::new(), defined: vec![false; function.registers as usize] };
        check.run();
        wrong.extend(check.wrong.into_iter().map(|what| format!("fn{index} {}: {what}", function.name)));
    }
    wrong
}

struct Check<'a> {
    facts: &'a FileFacts,
    function: &'a Function,
    wrong: Vec<String>,
    defined: Vec<bool>,
}

impl Check<'_> {
    fn run(&mut self) {
        let function = self.function;
        if function.blocks.is_empty() {
            self.wrong.push("a function has an entry block".to_owned());
        }
        self.expect(function.unit.index() < self.facts.units.len(), || "its unit exists".to_owned());
        for place in &function.places {
            self.place(place);
        }
        for block in &function.blocks {
            for step in &block.steps {
                self.expect(step.span.start <= step.span.end, || "a span is not backwards".to_owned());
                self.step(&step.kind);
            }
            self.exit(&block.exit);
            if let Some(to) = block.on_error {
                self.block(to);
            }
        }
    }

    fn expect(&mut self, holds: bool, what: impl Fn() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }

    fn step(&mut self, kind: &StepKind) {
        match kind {
            StepKind::Read { place, into, .. } => {
                self.place_ix(*place);
                self.define(*into);
            }
            StepKind::Write { place, value, .. } => {
                self.place_ix(*place);
                self.value(value);
            }
            StepKind::Call { callee, args, into } => {
                match callee {
                    Callee::Place(place)
                    | Callee::Optional(place)
                    | Callee::New(place)
                    | Callee::Element(place)
                    | Callee::Tag(place) => self.place_ix(*place),
                    Callee::Value(value) => self.value(value),
                    Callee::Super | Callee::Macro(_) => {}
                }
                for arg in args {
                    self.value(&arg.value);
                }
                self.define(*into);
            }
            StepKind::Suspend { on, into, .. } => {
                self.value(on);
                self.define(*into);
            }
            StepKind::Try { of, into } => {
                self.value(of);
                self.define(*into);
            }
            StepKind::Let { into, value } => {
                self.value(value);
                self.expect(into.0 < self.function.registers, || format!("r{} is counted", into.0));
            }
            StepKind::Drop { place } | StepKind::Ignore { place } => self.place_ix(*place),
            StepKind::Unknown { .. } => {}
        }
    }

    /// A register is the result of one step in the text: a copied `finally` has registers of its own. Only the arms of
    /// one expression share theirs, by `Let`.
    fn define(&mut self, reg: Reg) {
        match self.defined.get_mut(reg.index()) {
            Some(defined) => {
                let twice = std::mem::replace(defined, true);
                self.expect(!twice, || format!("r{} is made once", reg.0));
            }
            None => self.wrong.push(format!("r{} is counted", reg.0)),
        }
    }

    fn exit(&mut self, exit: &Exit) {
        match exit {
            Exit::Goto(to) => self.block(*to),
            Exit::Branch { test, then, otherwise, .. } => {
                self.test(test);
                self.block(*then);
                self.block(*otherwise);
            }
            Exit::Return { value, .. } | Exit::Throw { value, .. } => self.value(value),
            Exit::Never => {}
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Truthy(value) | Test::Absent(value) | Test::Is(value, _) => self.value(value),
            Test::Equals(a, b) | Test::Less(a, b) => {
                self.value(a);
                self.value(b);
            }
            Test::Not(inner) => self.test(inner),
            Test::Unknown(of) => of.iter().for_each(|value| self.value(value)),
        }
    }

    fn block(&mut self, to: BlockIx) {
        self.expect(to.index() < self.function.blocks.len(), || format!("b{} exists", to.0));
    }

    fn place_ix(&mut self, place: PlaceIx) {
        self.expect(place.index() < self.function.places.len(), || format!("place {} exists", place.0));
    }

    fn function_ix(&mut self, function: FunctionIx) {
        self.expect(function.index() < self.facts.functions.len(), || format!("fn{} exists", function.0));
    }

    fn place(&mut self, place: &Place) {
        match place.root {
            Root::Local(function, local) => {
                self.function_ix(function);
                let known = self.facts.functions.get(function.index()).is_some_and(|f| local.index() < f.locals.len());
                self.expect(known, || format!("local {} exists", local.0));
            }
            Root::Param(function, index) => {
                self.function_ix(function);
                let known =
                    self.facts.functions.get(function.index()).is_some_and(|f| usize::from(index) < f.params.len());
                self.expect(known, || format!("parameter {index} exists"));
            }
            Root::Value(reg) => self.value(&Value::Reg(reg)),
            Root::Module | Root::Global => {
                let named = matches!(place.path.first(), Some(Elem::Field(_)));
                self.expect(named, || "a module or global place begins with a name".to_owned());
            }
            Root::This | Root::Super => {}
        }
        for elem in &place.path {
            if let Elem::Key(key) = elem {
                self.value(key);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Reg(reg) | Value::Sum(reg, _) => {
                self.expect(reg.0 < self.function.registers, || format!("r{} is counted", reg.0));
            }
            Value::Param(index) => {
                let known = usize::from(*index) < self.function.params.len();
                self.expect(known, || format!("parameter {index} exists"));
            }
            Value::Function(function) => self.function_ix(*function),
            Value::Class(unit) => {
                self.expect(unit.index() < self.facts.units.len(), || format!("unit{} exists", unit.0));
            }
            Value::Template(parts) | Value::List(parts) | Value::Case(_, parts) | Value::Term(parts) => {
                parts.iter().for_each(|part| self.value(part));
            }
            Value::Record(fields) => fields.iter().for_each(|(_, value)| self.value(value)),
            Value::Absent
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::This
            | Value::Unknown => {}
        }
    }
}
