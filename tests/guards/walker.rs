//! Runs lowered facts: follows the path that the program takes and prints what ends when.

use std::collections::HashMap;

use racelint::facts::{
    Arg, Bind, BlockIx, Callee, Elem, Exit, FileFacts, FunctionIx, Passing, Place, Reg, Root, StepKind, Test, Value,
};

/// What a value is while the program runs. A token is a `G`.
#[derive(Clone, PartialEq, Debug)]
enum V {
    Plain,
    Bool(bool),
    Int(i64),
    Text(String),
    Token(usize),
    Borrow(Box<V>),
    List(Vec<V>),
    Record(Vec<(String, V)>),
    Case(String, Vec<V>),
    Function(FunctionIx),
    Moved,
}

struct Activation {
    function: FunctionIx,
    params: Vec<V>,
    registers: HashMap<u32, V>,
    locals: HashMap<u32, V>,
    /// How far a `for` loop is in the list that a register holds.
    rounds: HashMap<u32, usize>,
    raised: Option<V>,
}

pub(super) struct Walker<'a> {
    facts: &'a FileFacts,
    stack: Vec<Activation>,
    names: Vec<String>,
    alive: Vec<bool>,
    pub(super) out: Vec<String>,
    fuel: usize,
}

impl<'a> Walker<'a> {
    pub(super) fn new(facts: &'a FileFacts) -> Walker<'a> {
        Walker { facts, stack: Vec::new(), names: Vec::new(), alive: Vec::new(), out: Vec::new(), fuel: 10_000 }
    }

    pub(super) fn run_named(&mut self, name: &str) {
        let at = self.facts.functions.iter().position(|function| function.name == name);
        let at = at.unwrap_or_else(|| panic!("{name} is lowered"));
        let value = self.call(FunctionIx(at as u32), Vec::new());
        self.end(&value);
    }

    fn token(&mut self, name: &str) -> V {
        self.names.push(name.to_owned());
        self.alive.push(true);
        V::Token(self.names.len() - 1)
    }

    fn end(&mut self, value: &V) {
        match value {
            V::Token(at) if std::mem::replace(&mut self.alive[*at], false) => self.out.push(self.names[*at].clone()),
            V::List(parts) | V::Case(_, parts) => parts.iter().for_each(|part| self.end(part)),
            V::Record(fields) => fields.iter().for_each(|(_, part)| self.end(part)),
            // A closure's captures end with it.
            V::Function(function) => {
                let captured: Vec<V> = self.captured(*function);
                captured.iter().for_each(|part| self.end(part));
            }
            _ => {}
        }
    }

    /// What a `move` closure took from the functions around it.
    fn captured(&mut self, function: FunctionIx) -> Vec<V> {
        let places = self.facts.functions[function.index()].places.clone();
        let mut found = Vec::new();
        for place in &places {
            if let (Root::Local(outer, _) | Root::Param(outer, _), []) | (Root::Local(outer, _), [_]) =
                (place.root, place.path.as_slice())
                && outer != function
                && !self.drops(outer, place.root)
            {
                let root = Place { root: place.root, path: Vec::new() };
                found.push(self.read(&root));
            }
        }
        found
    }

    /// Does the function that declares it end it itself? Then it was only borrowed.
    fn drops(&self, outer: FunctionIx, root: Root) -> bool {
        let function = &self.facts.functions[outer.index()];
        let root = match root {
            Root::Local(_, local) => match function.locals[local.index()].bind {
                Bind::Once(Value::Reg(reg)) => Root::Value(reg),
                _ => root,
            },
            root => root,
        };
        function.blocks.iter().flat_map(|block| &block.steps).any(|step| match step.kind {
            StepKind::Drop { place } => function.places[place.index()].root == root,
            _ => false,
        })
    }

    fn call(&mut self, function: FunctionIx, params: Vec<V>) -> V {
        self.stack.push(Activation {
            function,
            params,
            registers: HashMap::new(),
            locals: HashMap::new(),
            rounds: HashMap::new(),
            raised: None,
        });
        let facts = self.facts;
        let blocks = &facts.functions[function.index()].blocks;
        let mut at = BlockIx(0);
        let result = 'run: loop {
            let block = &blocks[at.index()];
            for step in &block.steps {
                self.fuel -= 1;
                if !self.step(&step.kind) {
                    match block.on_error {
                        Some(to) => {
                            at = to;
                            continue 'run;
                        }
                        None => break 'run self.top().raised.take().expect("something was raised"),
                    }
                }
            }
            match &block.exit {
                Exit::Goto(to) => at = *to,
                Exit::Branch { test, then, otherwise, .. } => at = if self.test(test) { *then } else { *otherwise },
                Exit::Return { value, .. } => break self.value(value),
                Exit::Throw { .. } => break self.top().raised.take().unwrap_or(V::Plain),
                Exit::Never => panic!("a block ends nowhere"),
            }
        };
        self.stack.pop();
        result
    }

    fn top(&mut self) -> &mut Activation {
        self.stack.last_mut().expect("a function runs")
    }

    fn step(&mut self, kind: &StepKind) -> bool {
        match kind {
            StepKind::Read { place, into, .. } => {
                let value = self.read_ix(place.index());
                self.set(*into, value);
            }
            StepKind::Write { place, value, .. } => {
                let value = self.value(value);
                let place = self.place(place.index());
                self.write(&place, value);
            }
            StepKind::Call { callee, args, into } => {
                let value = self.call_step(callee, args);
                self.set(*into, value);
            }
            StepKind::Suspend { on, into, .. } => {
                let on = self.value(on);
                let value = match on {
                    V::Function(function) => self.call(function, Vec::new()),
                    value => value,
                };
                self.set(*into, value);
            }
            StepKind::Try { of, into } => {
                let value = self.value(of);
                self.forget(of);
                match value {
                    V::Case(name, mut parts) if name == "Ok" || name == "Some" => {
                        let value = parts.remove(0);
                        self.set(*into, value);
                    }
                    other => {
                        self.top().raised = Some(other);
                        return false;
                    }
                }
            }
            StepKind::Drop { place } => {
                let value = self.read_ix(place.index());
                self.end(&value);
            }
            StepKind::Let { into, value } => {
                let value = self.value(value);
                self.set(*into, value);
            }
            StepKind::Ignore { .. } => {}
            StepKind::Unknown { what } => panic!("unknown {what}"),
        }
        true
    }

    fn set(&mut self, reg: Reg, value: V) {
        self.top().registers.insert(reg.0, value);
        self.top().rounds.remove(&reg.0);
    }

    fn place(&self, at: usize) -> Place {
        let function = self.stack.last().expect("a function runs").function;
        self.facts.functions[function.index()].places[at].clone()
    }

    fn read_ix(&mut self, at: usize) -> V {
        let place = self.place(at);
        self.read(&place)
    }

    fn read(&mut self, place: &Place) -> V {
        let mut value = match place.root {
            Root::Value(reg) => self.top().registers.get(&reg.0).cloned().unwrap_or(V::Moved),
            Root::Param(function, index) => {
                let found = self.stack.iter().rev().find(|known| known.function == function);
                found.map_or(V::Moved, |known| known.params[usize::from(index)].clone())
            }
            Root::Local(function, local) => {
                let at = self.stack.iter().rposition(|known| known.function == function);
                let Some(at) = at else { return V::Moved };
                match &self.facts.functions[function.index()].locals[local.index()].bind {
                    Bind::Mutable => self.stack[at].locals.get(&local.0).cloned().unwrap_or(V::Moved),
                    Bind::Once(value) => {
                        let inner = self.stack.split_off(at + 1);
                        let value = self.value(value);
                        self.stack.extend(inner);
                        value
                    }
                }
            }
            root => panic!("no such root here: {root:?}"),
        };
        for elem in &place.path {
            while let V::Borrow(inner) = value {
                value = *inner;
            }
            value = match (elem, value) {
                (Elem::Field(name), V::List(parts)) => parts[name.parse::<usize>().expect("a number")].clone(),
                (Elem::Field(name), V::Record(fields)) => {
                    fields.into_iter().find(|(known, _)| *known == name.as_str()).expect("a field").1
                }
                (Elem::Field(name), V::Case(_, parts)) => parts[name.parse::<usize>().expect("a number")].clone(),
                (Elem::Case(name), V::Case(known, parts)) if *name == known.as_str() => V::List(parts),
                (Elem::Any, V::List(parts)) => {
                    let Root::Value(reg) = place.root else { panic!("a loop runs over a register") };
                    let round = self.top().rounds.entry(reg.0).or_default();
                    *round += 1;
                    parts[*round - 1].clone()
                }
                (_, V::Moved) => V::Moved,
                // The string in a guard of these programs, copied out: nothing ends with it.
                (Elem::Field(_), V::Token(_)) => V::Plain,
                (elem, value) => panic!("{elem:?} of {value:?}"),
            };
        }
        value
    }

    fn write(&mut self, place: &Place, value: V) {
        if let Root::Value(reg) = place.root {
            return self.set(reg, value);
        }
        let Root::Local(function, local) = place.root else { panic!("only variables are written here") };
        let found = self.stack.iter_mut().rev().find(|known| known.function == function);
        found.expect("its function runs").locals.insert(local.0, value);
    }

    fn value(&mut self, value: &Value) -> V {
        match value {
            Value::Absent => V::Case("None".to_owned(), Vec::new()),
            Value::Bool(on) => V::Bool(*on),
            Value::Int(number) => V::Int(*number),
            Value::Text(text) => V::Text(text.to_string()),
            Value::Reg(reg) => self.top().registers.get(&reg.0).cloned().unwrap_or(V::Moved),
            Value::Sum(reg, plus) => match self.top().registers.get(&reg.0) {
                Some(V::Int(number)) => V::Int(number + plus),
                other => panic!("a sum over {other:?}"),
            },
            Value::Param(index) => self.top().params[usize::from(*index)].clone(),
            Value::Function(function) => V::Function(*function),
            Value::List(parts) => V::List(parts.iter().map(|part| self.value(part)).collect()),
            Value::Case(name, parts) => V::Case(name.to_string(), parts.iter().map(|part| self.value(part)).collect()),
            Value::Record(fields) => {
                V::Record(fields.iter().map(|(name, part)| (name.to_string(), self.value(part))).collect())
            }
            _ => V::Plain,
        }
    }

    /// The value was moved: nothing is left where it stood.
    fn forget(&mut self, value: &Value) {
        match value {
            Value::Reg(reg) => {
                self.top().registers.insert(reg.0, V::Moved);
            }
            Value::Param(index) => self.top().params[usize::from(*index)] = V::Moved,
            _ => {}
        }
    }

    fn call_step(&mut self, callee: &Callee, args: &[Arg]) -> V {
        let mut given = Vec::new();
        for arg in args {
            let value = self.value(&arg.value);
            given.push(match arg.passing {
                Passing::Value => value,
                _ => V::Borrow(Box::new(value)),
            });
        }
        match callee {
            Callee::Value(value) => {
                let V::Function(function) = self.value(value) else { panic!("no function is called") };
                self.forget_args(args);
                self.call(function, given)
            }
            Callee::Place(place) => {
                let mut place = self.place(place.index());
                let Some(Elem::Field(name)) = place.path.pop() else { panic!("a call has a name") };
                if matches!(place.root, Root::Global | Root::Module) {
                    self.forget_args(args);
                    self.free(&name, given)
                } else {
                    self.method(&name, &place)
                }
            }
            Callee::Macro(_) => V::Plain,
            other => panic!("no such call here: {other:?}"),
        }
    }

    fn forget_args(&mut self, args: &[Arg]) {
        for arg in args.iter().filter(|arg| arg.passing == Passing::Value) {
            self.forget(&arg.value);
        }
    }

    fn free(&mut self, name: &str, mut given: Vec<V>) -> V {
        let text = |at: usize| match &given[at] {
            V::Text(text) => text.clone(),
            other => format!("{other:?}"),
        };
        let case = |name: &str, part: V| V::Case(name.to_owned(), vec![part]);
        match name {
            "g" => self.token(&text(0)),
            "some" => case("Some", self.token(&text(0))),
            "ok" => case("Ok", self.token(&text(0))),
            "err" => case("Err", self.token(&text(0))),
            "none" => V::Case("None".to_owned(), Vec::new()),
            "two" | "list" => V::List(vec![self.token(&text(0)), self.token(&text(1))]),
            "say" => {
                self.out.push(text(0));
                V::Plain
            }
            "both2" => {
                given.iter().rev().for_each(|part| self.end(part));
                V::Plain
            }
            "eat" | "drop" => {
                self.end(&given[0].clone());
                V::Plain
            }
            "look" | "both" | "yes" => V::Bool(true),
            "no" => V::Bool(false),
            "run" | "block_on" => {
                let function = given.remove(0);
                let V::Function(at) = function else { panic!("a closure is run") };
                let value = self.call(at, Vec::new());
                self.end(&function);
                value
            }
            "std::convert::identity" | "Box::new" => given.remove(0),
            other => panic!("no function {other}"),
        }
    }

    fn method(&mut self, name: &str, place: &Place) -> V {
        let receiver = self.read(place);
        match name {
            "look" => V::Bool(true),
            "deny" => V::Bool(false),
            "some" => V::Case("Some".to_owned(), vec![V::Bool(true)]),
            "none" => V::Case("None".to_owned(), Vec::new()),
            "id" | "iter" => V::Borrow(Box::new(receiver)),
            "wait" => V::Bool(true),
            "pass" => {
                if let Root::Value(reg) = place.root {
                    self.forget(&Value::Reg(reg));
                }
                receiver
            }
            "pop" => {
                let V::List(mut parts) = receiver else { panic!("a list is popped") };
                let last = parts.pop();
                self.write(place, V::List(parts));
                last.map_or(V::Case("None".to_owned(), Vec::new()), |last| V::Case("Some".to_owned(), vec![last]))
            }
            "take" => {
                self.write(place, V::Case("None".to_owned(), Vec::new()));
                receiver
            }
            other => panic!("no method {other}"),
        }
    }

    fn test(&mut self, test: &Test) -> bool {
        match test {
            Test::Truthy(value) => self.value(value) == V::Bool(true),
            Test::Absent(value) => self.is(value, "None"),
            Test::Is(value, name) => self.is(value, name),
            Test::Equals(a, b) => self.value(a) == self.value(b),
            Test::Less(a, b) => match (self.value(a), self.value(b)) {
                (V::Int(a), V::Int(b)) => a < b,
                other => panic!("{other:?} are compared"),
            },
            Test::Not(inner) => !self.test(inner),
            Test::Unknown(of) => {
                let mut list = self.value(&of[0]);
                while let V::Borrow(inner) = list {
                    list = *inner;
                }
                let Value::Reg(reg) = &of[0] else { panic!("a loop runs over a register") };
                let round = self.top().rounds.get(&reg.0).copied().unwrap_or(0);
                matches!(list, V::List(parts) if round < parts.len())
            }
        }
    }

    fn is(&mut self, value: &Value, name: &str) -> bool {
        let mut value = self.value(value);
        while let V::Borrow(inner) = value {
            value = *inner;
        }
        matches!(value, V::Case(known, _) if known == name)
    }
}
