//! Promises: what is made when it is first needed is made once, and whoever comes meanwhile waits for the same promise.
//!
//! The promise gets a name of its own beside the value's, which keeps its type and all who use it. It is there as long as
//! the value is on its way: where the value comes it goes in the same stretch, and an error is not remembered.

use super::code::{Code, behind};
use super::fields::{Field, field};
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

const TITLE: &str = "Keep the promise while the value is made, and let others wait for it";

/// Where the value is kept: `this.connection = …`, `rooms.set(id, …)`.
struct Place<'a> {
    field: Field<'a>,
    /// The variable or the field.
    of: &'a str,
    /// Of an entry: its key.
    key: Option<&'a str>,
    /// What is stored.
    value: NodeId,
}

/// What fills the place when it is empty.
struct Filling<'a> {
    /// What is written anew.
    span: Span,
    made: Made<'a>,
    /// What of it stays behind the wait, where what is `taken` becomes the promise.
    stays: Span,
    taken: Option<Span>,
    /// The name that the value has there.
    named: Option<&'a str>,
    /// It is made if there is nothing, in one expression.
    nullish: bool,
}

impl Filling<'_> {
    /// What the value is made by.
    fn making(&self, code: &Code<'_>) -> Span {
        match self.made {
            Made::By(made) | Made::With(made) => code.tree.span(made),
            Made::In { .. } => self.span,
        }
    }
}

enum Made<'a> {
    /// One expression that is waited for.
    By(NodeId),
    /// One expression with a wait in it.
    With(NodeId),
    /// Steps, as they stand, and what they come to.
    In { steps: &'a str, result: &'a str },
}

/// `if (!x) { x = await make(); }`, `x ??= await make()`, `if (x) return x; const made = await make(); x = made;`, and the
/// same with an entry of a map.
pub(super) fn memoise(code: &Code<'_>, write: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let store = tree.at(write)?;
    let statement = tree.parent(store).filter(|parent| tree.kind(*parent) == "expression_statement")?;
    let place = place(code, store)?;
    let nullish = tree.kind(store) == "augmented_assignment_expression";
    let filling = if nullish { at_once(code, store, statement)? } else { filling(code, statement, &place)? };
    let names = ["Promise", "Flight", "Pending"].map(|end| format!("{}{end}", place.field.name));
    let name = code.unused(&names.each_ref().map(String::as_str))?;
    let text = written(code, statement, &place, &filling, name)?;
    let declared = match place.key {
        Some(_) => place.field.map_beside(code, name)?,
        None => place.field.beside(code, name)?,
    };
    let safe = !depends_on_caller(code, store, filling.making(code), place.key);
    Some(code.fix(TITLE, safe, vec![(behind(place.field.span), declared), (filling.span, text)]))
}

fn place<'a>(code: &Code<'a>, store: NodeId) -> Option<Place<'a>> {
    let tree = &code.tree;
    if tree.kind(store) == "call_expression" {
        let function = tree.child(store, "function")?;
        let map = tree.child(function, "object")?;
        let arguments: Vec<NodeId> = tree.children(tree.child(store, "arguments")?).collect();
        let [key, value] = arguments.as_slice() else { return None };
        let is_set = code.text(tree.child(function, "property")?) == "set";
        let plain = matches!(tree.kind(*key), "identifier" | "string" | "number" | "member_expression");
        let field = field(code, map).filter(|_| is_set && plain)?;
        return Some(Place { field, of: code.text(map), key: Some(code.text(*key)), value: *value });
    }
    let (left, right) = (tree.child(store, "left")?, tree.child(store, "right")?);
    Some(Place { field: field(code, left)?, of: code.text(left), key: None, value: right })
}

/// `x ??= await make()`
fn at_once<'a>(code: &Code<'a>, store: NodeId, statement: NodeId) -> Option<Filling<'a>> {
    let tree = &code.tree;
    let (left, right) = (tree.child(store, "left")?, tree.child(store, "right")?);
    let (made, taken) = whole(code, right)?;
    let nullish = code.between(left, right).trim() == "??=" && code.statement(statement) == Some(statement);
    let span = tree.span(statement);
    let stays = Span::new(tree.span(right).start, span.end);
    nullish.then_some(Filling { span, made, stays, taken: Some(taken), named: None, nullish })
}

/// What stands between the look and the store makes the value.
fn filling<'a>(code: &Code<'a>, statement: NodeId, place: &Place<'a>) -> Option<Filling<'a>> {
    let tree = &code.tree;
    let around = tree.parent(statement)?;
    // `if (!x) x = await make();`
    if tree.kind(around) == "if_statement" {
        let (made, taken) = whole(code, place.value)?;
        let span = tree.span(statement);
        let asked = is_only_arm(code, around, statement) && asks(code, around, place, true);
        return asked.then(|| by_one(span, made, taken));
    }
    let row = code.row(statement);
    let at = row.iter().position(|node| *node == statement)?;
    let begin = match tree.parent(around).filter(|branch| tree.kind(*branch) == "if_statement") {
        Some(branch) => {
            let inside = is_only_arm(code, branch, around) && at + 1 == row.len() && asks(code, branch, place, true);
            inside.then_some(0)?
        }
        None => 1 + row[..at].iter().rposition(|node| leaves(code, *node) && asks(code, *node, place, false))?,
    };
    let (steps, rest) = (&row[begin..at], &row[at + 1..]);
    let value = Some(code.text(place.value)).filter(|_| tree.kind(place.value) == "identifier");
    let last = returned(code, steps, rest, value)?.unwrap_or(statement);
    let end = tree.span(last).end;
    let first = steps.first().copied().unwrap_or(statement);
    let span = Span::new(tree.span(first).start, end);
    let one = match (steps, value) {
        ([], _) => whole(code, place.value),
        ([step], Some(value)) => made_in(code, *step, value).and_then(|made| whole(code, made)),
        _ => None,
    };
    if let Some((made, taken)) = one {
        return Some(by_one(span, made, taken));
    }
    let made = made_by_steps(code, steps, place.value)?;
    let stays = Span::new(steps.last().map_or(span.start, |last| tree.span(*last).end), end);
    let taken = value.is_none().then(|| tree.span(place.value));
    Some(Filling { span, made, stays, taken, named: value, nullish: false })
}

/// Everything stays but the one expression.
fn by_one(span: Span, made: Made<'_>, taken: Span) -> Filling<'_> {
    Filling { span, made, stays: span, taken: Some(taken), named: None, nullish: false }
}

/// What makes a value in one expression, and what of it becomes the promise.
fn whole<'a>(code: &Code<'_>, value: NodeId) -> Option<(Made<'a>, Span)> {
    let stays = |node| code.tree.kind(node) != "yield_expression" && code.text(node) != "arguments";
    // Behind an arrow that would be a block.
    let object = code.tree.kind(value) == "object";
    match awaited(code, value) {
        Some(made) => Some((Made::By(made), code.tree.span(made))),
        None if !object && code.waits(value) && code.running(value).all(stays) => {
            Some((Made::With(value), code.tree.span(value)))
        }
        None => None,
    }
}

/// `const value = await make()`, or `value = await make()` of a variable that is known outside.
fn made_in(code: &Code<'_>, step: NodeId, value: &str) -> Option<NodeId> {
    let tree = &code.tree;
    let mut all = tree.children(step);
    let inner = all.next().filter(|_| all.next().is_none())?;
    let (name, made) = match tree.kind(inner) {
        "variable_declarator" => (tree.child(inner, "name")?, tree.child(inner, "value")?),
        "assignment_expression" => (tree.child(inner, "left")?, tree.child(inner, "right")?),
        _ => return None,
    };
    (code.text(name) == value).then_some(made)
}

/// Steps become a function of their own: only what means the same there.
fn made_by_steps<'a>(code: &Code<'a>, steps: &[NodeId], value: NodeId) -> Option<Made<'a>> {
    let tree = &code.tree;
    let (first, last) = (*steps.first()?, *steps.last()?);
    let stays = |node: NodeId| {
        let leaves = matches!(
            tree.kind(node),
            "return_statement" | "break_statement" | "continue_statement" | "yield_expression"
        );
        let changes = matches!(
            tree.kind(node),
            "assignment_expression" | "augmented_assignment_expression" | "update_expression" | "variable_declaration"
        );
        !leaves && !changes && code.text(node) != "arguments"
    };
    let mut all = steps.iter().copied().chain([value]);
    let movable = all.clone().all(|step| code.running(step).all(stays) && !code.has_long_text(step));
    let waits = all.any(|step| code.waits(step));
    let steps = code.slice(Span::new(tree.span(first).start, tree.span(last).end));
    (waits && movable).then(|| Made::In { steps, result: code.text(value) })
}

/// Behind the store there is nothing or a `return`; the latter is given back if it speaks of what the steps declare, which
/// may be the value alone.
fn returned(code: &Code<'_>, steps: &[NodeId], rest: &[NodeId], value: Option<&str>) -> Option<Option<NodeId>> {
    let tree = &code.tree;
    let last = match rest {
        [] => return Some(None),
        [last] if tree.kind(*last) == "return_statement" => *last,
        _ => return None,
    };
    let inside = steps.iter().flat_map(|step| tree.inside(*step));
    let declared = inside.filter(|node| tree.is_field(*node, "name") && code.mentions(last, code.text(*node)));
    let names: Vec<&str> = declared.map(|node| code.text(node)).collect();
    // As long as it waited there, the promise would outlive its use.
    let known = names.iter().all(|name| Some(*name) == value && !code.waits(last));
    known.then_some((!names.is_empty()).then_some(last))
}

/// Is it surely a promise? Of others, what a call gives may begin its work anew for each who waits.
fn is_promise(code: &Code<'_>, made: NodeId) -> bool {
    let tree = &code.tree;
    let called = tree.child(made, "function").filter(|_| tree.kind(made) == "call_expression");
    let name = called.map(|called| code.text(tree.child(called, "property").unwrap_or(called)));
    let Some((root, name)) = tree.upwards(made).last().zip(name) else { return false };
    let functions = tree.inside(root).filter(|node| {
        let is_function = matches!(tree.kind(*node), "function_declaration" | "method_definition");
        is_function && tree.child(*node, "name").is_some_and(|own| code.text(own) == name)
    });
    let gives_promise = |function: NodeId| {
        let said = tree.child(function, "return_type").map(|said| code.text(said).trim_start_matches([':', ' ']));
        tree.has(function, "async") || said.is_some_and(|said| said.starts_with("Promise<"))
    };
    let known: Vec<bool> = functions.map(gives_promise).collect();
    name == "import" || !known.is_empty() && known.into_iter().all(|known| known)
}

fn awaited(code: &Code<'_>, node: NodeId) -> Option<NodeId> {
    let tree = &code.tree;
    match tree.kind(node) {
        "parenthesized_expression" => awaited(code, tree.children(node).next()?),
        "await_expression" => tree.children(node).next(),
        _ => None,
    }
}

fn is_only_arm(code: &Code<'_>, branch: NodeId, arm: NodeId) -> bool {
    code.tree.is_field(arm, "consequence") && code.tree.child(branch, "alternative").is_none()
}

/// Is the condition that the place is empty, or the other way round, and nothing else?
fn asks(code: &Code<'_>, branch: NodeId, place: &Place<'_>, empty: bool) -> bool {
    let tree = &code.tree;
    let inner = tree.child(branch, "condition").and_then(|condition| tree.children(condition).next());
    let Some(inner) = inner else { return false };
    let is = |node: NodeId| place.is_read_by(code.text(node)) || is_copy(code, branch, node, place);
    match tree.kind(inner) {
        "unary_expression" => {
            let of = tree.child(inner, "argument");
            empty && code.text(inner).starts_with('!') && of.is_some_and(is)
        }
        "binary_expression" => {
            let (Some(left), Some(right)) = (tree.child(inner, "left"), tree.child(inner, "right")) else {
                return false;
            };
            let sign = code.between(left, right).trim();
            let nothing = matches!(code.text(right), "null" | "undefined");
            is(left) && nothing && matches!((sign, empty), ("==" | "===", true) | ("!=" | "!==", false))
        }
        _ => !empty && is(inner),
    }
}

/// A variable that the statement before has read the place into.
fn is_copy(code: &Code<'_>, branch: NodeId, node: NodeId, place: &Place<'_>) -> bool {
    let tree = &code.tree;
    let row = code.row(branch);
    let before = row.iter().rposition(|other| tree.span(*other).end <= tree.span(branch).start);
    let declared = before.map(|at| row[at]).filter(|node| tree.kind(*node) == "lexical_declaration");
    let mut all = declared.into_iter().flat_map(|node| tree.children(node));
    let (Some(one), None) = (all.next(), all.next()) else { return false };
    let named = tree.child(one, "name").is_some_and(|name| code.text(name) == code.text(node));
    named && tree.child(one, "value").is_some_and(|value| place.is_read_by(code.text(value)))
}

/// An `if` without `else` that ends in a `return`.
fn leaves(code: &Code<'_>, branch: NodeId) -> bool {
    let tree = &code.tree;
    let then = tree.child(branch, "consequence").filter(|_| tree.child(branch, "alternative").is_none());
    then.is_some_and(|then| match tree.kind(then) {
        "return_statement" => true,
        _ => tree.children(then).last().is_some_and(|last| tree.kind(last) == "return_statement"),
    })
}

/// Who comes meanwhile would get what was made for another's arguments, or for what the other has worked out from them;
/// the key is the same for both.
fn depends_on_caller(code: &Code<'_>, store: NodeId, work: Span, key: Option<&str>) -> bool {
    let tree = &code.tree;
    let Some(function) = code.function(store) else { return true };
    let list = tree.child(function, "parameters").or_else(|| tree.child(function, "parameter"));
    let parameters = list.into_iter().flat_map(|list| std::iter::once(list).chain(tree.inside(list)));
    let is_local = |node: &NodeId| tree.kind(*node) == "variable_declarator" && !work.covers(tree.span(*node));
    let locals = tree.inside(function).filter(is_local).filter_map(|node| tree.child(node, "name"));
    let locals = locals.flat_map(|name| std::iter::once(name).chain(tree.inside(name)));
    let names = parameters.chain(locals).filter(|node| tree.kind(*node).contains("identifier"));
    let names: Vec<&str> = names.map(|node| code.text(node)).filter(|name| Some(*name) != key).collect();
    let mut used = tree.inside(function).filter(|node| work.covers(tree.span(*node)));
    used.any(|node| tree.kind(node).contains("identifier") && names.contains(&code.text(node)))
}

impl Place<'_> {
    /// Does this say what is there, or that something is?
    fn is_read_by(&self, text: &str) -> bool {
        match self.key {
            None => text == self.of,
            Some(key) => ["get", "has"].iter().any(|read| text == format!("{}.{read}({key})", self.of)),
        }
    }

    /// How the promise is taken or made, what it is then called, and how it is given up.
    fn promise(&self, code: &Code<'_>, name: &str, made: &str) -> Option<(Vec<String>, String, String)> {
        let promise = format!("{}{name}", self.field.reach);
        let Some(key) = self.key else {
            return Some((vec![format!("{promise} ??= {made}")], promise.clone(), format!("{promise} = undefined")));
        };
        let flight = code.unused(&["flight", "making", "promise"])?;
        let first = format!("const {flight} = {promise}.get({key}) ?? {made}");
        let taken = vec![first, format!("{promise}.set({key}, {flight})")];
        Some((taken, flight.to_owned(), format!("{promise}.delete({key})")))
    }
}

fn written(code: &Code<'_>, store: NodeId, place: &Place<'_>, filling: &Filling<'_>, name: &str) -> Option<String> {
    let tree = &code.tree;
    let bare = tree.parent(store).filter(|around| tree.kind(*around) == "if_statement");
    let line = bare.unwrap_or(store);
    let (indent, newline, unit) = (code.indent(line)?, code.line_end(), code.unit(line)?);
    let end = if code.text(store).ends_with(';') { ";" } else { "" };
    let inner = format!("{newline}{indent}{unit}");
    let made = match &filling.made {
        Made::By(made) if is_promise(code, *made) => code.text(*made).to_owned(),
        Made::By(made) => format!("Promise.resolve({})", code.text(*made)),
        Made::With(made) => format!("(async () => {})()", code.text(*made)),
        Made::In { steps, result } => {
            let (steps, result) = (Code::deeper(steps, unit), Code::deeper(result, unit));
            format!("(async () => {{{inner}{steps}{inner}return {result}{end}{newline}{indent}}})()")
        }
    };
    let (taken, promise, given_up) = place.promise(code, name, &made)?;
    let lead = match (filling.named, filling.nullish) {
        (Some(value), _) => format!("const {value} = await {promise}{end}{inner}"),
        (None, true) => format!("{} = ", place.of),
        (None, false) => String::new(),
    };
    let body = Code::deeper(&staying(code, filling, &promise), unit);
    let taken: String = taken.into_iter().map(|step| format!("{step}{end}{newline}{indent}")).collect();
    let text = format!(
        "{taken}try {{{inner}{lead}{body}{newline}{indent}}} finally {{{inner}{given_up}{end}{newline}{indent}}}"
    );
    if bare.is_none() && !filling.nullish {
        return Some(text);
    }
    let asked = if filling.nullish { format!("if ({} {}) ", place.of, place.field.empty(code)) } else { String::new() };
    Some(format!("{asked}{{{inner}{}{newline}{indent}}}", Code::deeper(&text, unit)))
}

/// What stays, with the promise where the value was made.
fn staying(code: &Code<'_>, filling: &Filling<'_>, promise: &str) -> String {
    let whole = filling.stays;
    let text = match filling.taken {
        None => code.slice(whole).to_owned(),
        Some(taken) => {
            let wait = if matches!(filling.made, Made::By(_)) { "" } else { "await " };
            let (before, behind) = (Span::new(whole.start, taken.start), Span::new(taken.end, whole.end));
            format!("{}{wait}{promise}{}", code.slice(before), code.slice(behind))
        }
    };
    text.trim_start().to_owned()
}
