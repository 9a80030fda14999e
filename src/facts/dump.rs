//! The text form of facts: what `--dump-facts` prints and what the lowering tests compare. One line a step, in order.

use std::fmt::Write;

use super::{
    Arg, Bind, Block, Callee, Elem, Exit, FileFacts, Function, Passing, Place, PlaceIx, ReadWhat, Root, Step, StepKind,
    Test, Type, Unit, Value, WriteHow,
};

/// The whole file.
pub fn file(facts: &FileFacts) -> String {
    let mut out = String::new();
    for import in &facts.imports {
        let _ = writeln!(out, "import {} from {} as {}", import.name, import.from, import.local);
    }
    for export in &facts.exports {
        let from = export.from.map(|from| format!(" from {from}")).unwrap_or_default();
        let _ = writeln!(out, "export {} = {}{from}", export.name, export.local);
    }
    for unit in &facts.units {
        self::unit(&mut out, unit);
    }
    for (index, function) in facts.functions.iter().enumerate() {
        out.push('\n');
        self::function(&mut out, index, function, facts);
    }
    for note in &facts.notes {
        let _ = writeln!(out, "note {:?} {}..{} {}", note.kind, note.span.start, note.span.end, note.text);
    }
    out
}

fn unit(out: &mut String, unit: &Unit) {
    let _ = write!(out, "unit {:?} {}", unit.kind, if unit.name.is_empty() { "-" } else { unit.name.as_str() });
    if !unit.bases.is_empty() {
        let _ = write!(out, " : {}", list(&unit.bases, ty));
    }
    out.push('\n');
    for field in &unit.fields {
        let _ =
            write!(out, "  {}field {}: {}", if field.is_static { "static " } else { "" }, field.name, ty(&field.ty));
        if field.made != Type::Unknown {
            let _ = write!(out, " new {}", ty(&field.made));
        }
        if field.init != Value::Unknown {
            let _ = write!(out, " = {}", value(&field.init));
        }
        out.push('\n');
    }
}

fn function(out: &mut String, index: usize, function: &Function, facts: &FileFacts) {
    let owner = facts.units.get(function.unit.index()).map_or("?", |unit| unit.name.as_str());
    let _ = write!(out, "fn{index} {}{}{}", owner, if owner.is_empty() { "" } else { "." }, function.name);
    let _ = write!(out, "({})", list(&function.params, |param| format!("{}: {}", param.name, ty(&param.ty))));
    let _ = write!(out, " -> {} {:?}", ty(&function.returns), function.kind);
    for (on, word) in [(function.is_async, "async"), (function.is_generator, "generator"), (function.test, "test")] {
        if on {
            let _ = write!(out, " {word}");
        }
    }
    let _ = writeln!(out, " {:?} {:?}", function.receiver, function.visibility);
    for local in &function.locals {
        let bind = match &local.bind {
            Bind::Once(bound) => format!(" = {}", value(bound)),
            Bind::Mutable => String::new(),
        };
        let captured = if local.captured { " captured" } else { "" };
        let _ = writeln!(out, "  local {}: {}{captured}{bind}", local.name, ty(&local.ty));
    }
    for (at, block) in function.blocks.iter().enumerate() {
        self::block(out, at, block, function, facts);
    }
}

fn block(out: &mut String, at: usize, block: &Block, function: &Function, facts: &FileFacts) {
    let handler = block.on_error.map(|to| format!(" on error b{}", to.0)).unwrap_or_default();
    let _ = writeln!(out, "  b{at}:{handler}");
    for step in &block.steps {
        let _ = writeln!(out, "    {}", self::step(step, function, facts));
    }
    let exit = match &block.exit {
        Exit::Goto(to) => format!("goto b{}", to.0),
        Exit::Branch { test, then, otherwise, .. } => {
            format!("if {} b{} else b{}", self::test(test), then.0, otherwise.0)
        }
        Exit::Return { value, .. } => format!("return {}", self::value(value)),
        Exit::Throw { value, .. } => format!("throw {}", self::value(value)),
        Exit::Never => "never".to_owned(),
    };
    let _ = writeln!(out, "    {exit}");
}

/// One step.
pub fn step(step: &Step, function: &Function, facts: &FileFacts) -> String {
    let at = |place: &PlaceIx| {
        function.places.get(place.index()).map_or_else(|| "?".to_owned(), |place| self::place(place, facts))
    };
    match &step.kind {
        StepKind::Read { place, into, what } => {
            let what = if *what == ReadWhat::Presence { "has " } else { "" };
            format!("r{} = {what}read {}", into.0, at(place))
        }
        StepKind::Write { place, how, value } => {
            let how = match how {
                WriteHow::Set => "write",
                WriteHow::Remove => "remove",
                WriteHow::Init => "init",
            };
            format!("{how} {} = {}", at(place), self::value(value))
        }
        StepKind::Call { callee, args, into } => {
            let callee = match callee {
                Callee::Place(place) => at(place),
                Callee::Optional(place) => format!("?{}", at(place)),
                Callee::Value(value) => format!("({})", self::value(value)),
                Callee::New(place) => format!("new {}", at(place)),
                Callee::Super => "super".to_owned(),
                Callee::Element(place) => format!("<{}>", at(place)),
                Callee::Macro(name) => format!("{name}!"),
                Callee::Tag(place) => format!("tag {}", at(place)),
            };
            format!("r{} = call {callee}({})", into.0, list(args, arg))
        }
        StepKind::Suspend { on, into, how } => format!("r{} = suspend {how:?} {}", into.0, value(on)),
        StepKind::Try { of, into } => format!("r{} = try {}", into.0, value(of)),
        StepKind::Let { into, value: bound } => format!("r{} := {}", into.0, value(bound)),
        StepKind::Drop { place } => format!("drop {}", at(place)),
        StepKind::Ignore { place } => format!("ignore {}", at(place)),
        StepKind::Unknown { what } => format!("unknown {what}"),
    }
}

fn arg(arg: &Arg) -> String {
    let name = arg.name.map(|name| format!("{name}=")).unwrap_or_default();
    let by = match arg.passing {
        Passing::Value => "",
        Passing::Ref => "&",
        Passing::RefMut => "&mut ",
        Passing::Spread => "...",
    };
    format!("{name}{by}{}", value(&arg.value))
}

/// A place as the code would write it.
pub fn place(place: &Place, facts: &FileFacts) -> String {
    let mut out = match place.root {
        Root::This => "this".to_owned(),
        Root::Super => "super".to_owned(),
        Root::Param(function, index) => facts
            .functions
            .get(function.index())
            .and_then(|function| function.params.get(usize::from(index)))
            .map_or_else(|| format!("param{index}"), |param| format!("{}'{}", param.name, function.0)),
        Root::Local(function, local) => facts
            .functions
            .get(function.index())
            .and_then(|function| function.locals.get(local.index()))
            .map_or_else(|| "?".to_owned(), |local| format!("{}'{}", local.name, function.0)),
        Root::Module => "@".to_owned(),
        Root::Global => "%".to_owned(),
        Root::Value(reg) => format!("r{}", reg.0),
    };
    for elem in &place.path {
        let _ = match elem {
            Elem::Field(name) => write!(out, ".{name}"),
            Elem::Key(key) => write!(out, "[{}]", value(key)),
            Elem::Case(name) => write!(out, "?{name}"),
            Elem::Any => write!(out, "[*]"),
        };
    }
    out
}

/// A value.
pub fn value(value: &Value) -> String {
    match value {
        Value::Absent => "absent".to_owned(),
        Value::Bool(on) => on.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Number(text) => text.to_string(),
        Value::Text(text) => format!("{:?}", text.as_str()),
        Value::Template(parts) => format!("text({})", list(parts, self::value)),
        Value::Reg(reg) => format!("r{}", reg.0),
        Value::Param(index) => format!("p{index}"),
        Value::This => "this".to_owned(),
        Value::Function(function) => format!("fn{}", function.0),
        Value::Class(unit) => format!("unit{}", unit.0),
        Value::Record(fields) => {
            format!("{{{}}}", list(fields, |(name, value)| format!("{name}: {}", self::value(value))))
        }
        Value::List(items) => format!("[{}]", list(items, self::value)),
        Value::Case(name, parts) => format!("{name}({})", list(parts, self::value)),
        Value::Sum(reg, plus) => format!("r{}{plus:+}", reg.0),
        Value::Term(parts) => format!("f({})", list(parts, self::value)),
        Value::Unknown => "?".to_owned(),
    }
}

/// A test.
pub fn test(test: &Test) -> String {
    match test {
        Test::Truthy(value) => self::value(value),
        Test::Absent(value) => format!("absent {}", self::value(value)),
        Test::Equals(a, b) => format!("{} == {}", value(a), value(b)),
        Test::Less(a, b) => format!("{} < {}", value(a), value(b)),
        Test::Is(value, name) => format!("{} is {name}", self::value(value)),
        Test::Not(inner) => format!("not {}", self::test(inner)),
        Test::Unknown(of) => format!("?({})", list(of, value)),
    }
}

/// A type.
pub fn ty(ty: &Type) -> String {
    match ty {
        Type::Unknown => "?".to_owned(),
        Type::Named { path, args } if args.is_empty() => path.to_string(),
        Type::Named { path, args } => format!("{path}<{}>", list(args, self::ty)),
        Type::Ref { mutable, to } => format!("&{}{}", if *mutable { "mut " } else { "" }, self::ty(to)),
        Type::Dyn(bounds) => format!("dyn {}", bounds.iter().map(self::ty).collect::<Vec<_>>().join(" + ")),
        Type::Function { result } => format!("fn -> {}", self::ty(result)),
    }
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}
