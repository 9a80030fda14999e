//! Patterns: first everything is tested, then names are bound. A name owns the part that it binds; what `_` leaves
//! behind stays with the value that was taken apart.

use syn::Pat;
use syn::punctuated::Punctuated;

use super::expressions::names_case;
use super::file::{Lower, name_of};
use super::frame::Held;
use super::places::member;
use super::scopes::{From, Operand, OwnerIx, Taken};
use super::spans;
use super::types::path_name;
use super::variables::NewVariable;
use crate::facts::{Elem, Place, Reg, Root, Span, Test, Type, Value};
use crate::names::Name;

/// What a pattern is held against.
#[derive(Clone)]
pub(super) struct Subject {
    /// Its value, once it is read.
    value: Option<Value>,
    place: Option<Place>,
    owned: bool,
    span: Span,
    /// The whole value, not a part of it.
    whole: bool,
}

/// What a pattern found.
#[derive(Default)]
pub(super) struct Matching {
    bindings: Vec<Binding>,
    /// Parts that no name took.
    left: Vec<Subject>,
    /// Nothing in the value can own anything: `None`, `Ok(())`.
    empty: bool,
}

struct Binding {
    name: Name,
    span: Span,
    mutable: bool,
    owned: bool,
    subject: Subject,
}

impl Lower<'_> {
    /// Tests and binds; where the pattern does not fit, leaves for the label. `scope` is where the names end.
    pub(super) fn match_pattern(&mut self, pattern: &Pat, operand: Operand, otherwise: Option<usize>, scope: usize) {
        let (matching, from) = self.test_pattern(pattern, operand, otherwise);
        let bound = self.bind_names(matching.bindings, scope);
        self.own_names(bound, matching.left, from, matching.empty, scope);
    }

    /// A pattern that always fits.
    pub(super) fn bind_pattern(&mut self, pattern: &Pat, operand: Operand, scope: usize) {
        self.match_pattern(pattern, operand, None, scope);
    }

    pub(super) fn test_pattern(
        &mut self,
        pattern: &Pat,
        operand: Operand,
        otherwise: Option<usize>,
    ) -> (Matching, From) {
        let span = self.bytes(spans::pattern(pattern));
        let from = operand.from;
        let owned = !matches!(from, From::Plain);
        let subject = Subject { value: Some(operand.value), place: None, owned, span, whole: true };
        let mut matching = Matching { empty: owns_nothing(pattern), ..Matching::default() };
        self.fit(pattern, subject, otherwise, &mut matching);
        (matching, from)
    }

    /// The value of a subject, read now if it was not before.
    fn subject_value(&mut self, subject: &mut Subject) -> Value {
        if let Some(value) = &subject.value {
            return value.clone();
        }
        let value = match subject.place.clone() {
            Some(place) => Value::Reg(self.frame().body.read(subject.span, place)),
            None => Value::Unknown,
        };
        subject.value = Some(value.clone());
        value
    }

    /// A part of a subject: known by its text, or a place to be read when somebody needs it.
    fn part(&mut self, subject: &mut Subject, path: Vec<Elem>, span: Span) -> Subject {
        let known = subject.value.as_ref().and_then(|value| part_of(value, &path));
        let place = match known {
            Some(_) => None,
            None => {
                let value = self.subject_value(subject);
                let root = self.root(value.clone(), span);
                if let Root::Value(reg) = root {
                    subject.value = Some(Value::Reg(reg));
                }
                Some(Place { root, path })
            }
        };
        Subject { value: known, place, owned: subject.owned, span, whole: false }
    }

    fn fit(&mut self, pattern: &Pat, mut subject: Subject, otherwise: Option<usize>, found: &mut Matching) {
        let span = self.bytes(spans::pattern(pattern));
        subject.span = span;
        match pattern {
            Pat::Wild(_) => {
                if !subject.whole {
                    found.left.push(subject);
                }
            }
            Pat::Rest(_) => {}
            Pat::Ident(of) => self.fit_name(of, subject, otherwise, found),
            Pat::Paren(of) => self.fit(&of.pat, subject, otherwise, found),
            Pat::Type(of) => self.fit(&of.pat, subject, otherwise, found),
            Pat::Guard(of) => self.fit(&of.pat, subject, otherwise, found),
            Pat::Reference(of) => {
                subject.owned = false;
                self.fit(&of.pat, subject, otherwise, found);
            }
            Pat::Lit(of) => {
                let literal = super::expressions::literal(&of.lit);
                self.fit_test(&mut subject, otherwise, |value| Test::Equals(value, literal));
            }
            Pat::Path(of) => {
                let name = path_name(&of.path);
                self.fit_constant(name, &mut subject, otherwise);
            }
            Pat::Tuple(of) => self.fit_list(&of.elems, subject, otherwise, found, |at| vec![field(at)]),
            Pat::TupleStruct(of) => {
                let case = last_of(&of.path);
                self.fit_test(&mut subject, otherwise, |value| Test::Is(value, case));
                self.fit_list(&of.elems, subject, otherwise, found, |at| vec![Elem::Case(case), field(at)]);
            }
            Pat::Struct(of) => self.fit_struct(of, subject, otherwise, found),
            Pat::Slice(of) => {
                self.fit_test(&mut subject, otherwise, |value| Test::Unknown(vec![value]));
                let key = |at: Option<usize>| match at {
                    Some(at) => vec![Elem::Key(Value::Int(at as i64))],
                    None => vec![Elem::Any],
                };
                self.fit_list(&of.elems, subject, otherwise, found, key);
            }
            Pat::Or(of) => self.fit_any(of, subject, otherwise, found),
            _ => self.fit_test(&mut subject, otherwise, |value| Test::Unknown(vec![value])),
        }
    }

    fn fit_test(&mut self, subject: &mut Subject, otherwise: Option<usize>, test: impl FnOnce(Value) -> Test) {
        if let Some(otherwise) = otherwise {
            let value = self.subject_value(subject);
            self.require(subject.span, test(value), otherwise);
        }
    }

    fn fit_name(&mut self, of: &syn::PatIdent, mut subject: Subject, otherwise: Option<usize>, found: &mut Matching) {
        let name = name_of(&of.ident);
        let plain = of.by_ref.is_none() && of.mutability.is_none() && of.subpat.is_none();
        if plain && name.starts_with(char::is_uppercase) {
            return self.fit_constant(name, &mut subject, otherwise);
        }
        if let Some((_, inner)) = &of.subpat {
            self.subject_value(&mut subject);
            let mut borrowed = subject.clone();
            borrowed.owned = false;
            self.fit(inner, borrowed, otherwise, found);
        }
        let owned = subject.owned && of.by_ref.is_none();
        let span = self.bytes(of.ident.span());
        found.bindings.push(Binding { name, span, mutable: of.mutability.is_some(), owned, subject });
    }

    /// `None`, `State::Idle`, `LIMIT`.
    fn fit_constant(&mut self, name: Name, subject: &mut Subject, otherwise: Option<usize>) {
        let last = name.as_str().rsplit(':').next().unwrap_or_default();
        let test = |value| match last {
            "None" => Test::Absent(value),
            last if names_case(name.as_str()) => Test::Is(value, Name::new(last)),
            _ => Test::Equals(value, Value::Text(name)),
        };
        self.fit_test(subject, otherwise, test);
    }

    fn fit_list(
        &mut self,
        elems: &Punctuated<Pat, syn::Token![,]>,
        mut subject: Subject,
        otherwise: Option<usize>,
        found: &mut Matching,
        path: impl Fn(Option<usize>) -> Vec<Elem>,
    ) {
        let mut rest = false;
        for (at, elem) in elems.iter().enumerate() {
            if is_rest(elem) {
                rest = true;
                if matches!(elem, Pat::Rest(_)) {
                    continue;
                }
            }
            let at = (!rest).then_some(at);
            let span = self.bytes(spans::pattern(elem));
            let part = self.part(&mut subject, path(at), span);
            self.fit(elem, part, otherwise, found);
        }
    }

    fn fit_struct(
        &mut self,
        of: &syn::PatStruct,
        mut subject: Subject,
        otherwise: Option<usize>,
        found: &mut Matching,
    ) {
        let case = super::composites::case_of(&of.path);
        if let Some(case) = case {
            self.fit_test(&mut subject, otherwise, |value| Test::Is(value, case));
        }
        for field in &of.fields {
            let name = Elem::Field(member(&field.member));
            let path = case.map(Elem::Case).into_iter().chain([name]).collect();
            let span = self.bytes(spans::pattern(&field.pat));
            let part = self.part(&mut subject, path, span);
            self.fit(&field.pat, part, otherwise, found);
        }
    }

    /// `A(x) | B(x)`: the alternatives bind the same names, each from its own part.
    fn fit_any(&mut self, of: &syn::PatOr, mut subject: Subject, otherwise: Option<usize>, found: &mut Matching) {
        self.subject_value(&mut subject);
        let fits = self.label();
        let mut names: Vec<(Name, Reg)> = Vec::new();
        let mut kept: Vec<Binding> = Vec::new();
        let last = of.cases.len().saturating_sub(1);
        for (at, case) in of.cases.iter().enumerate() {
            let next = if at == last { None } else { Some(self.label()) };
            let mut inner = Matching::default();
            self.fit(case, subject.clone(), next.or(otherwise), &mut inner);
            for mut binding in inner.bindings {
                let value = self.subject_value(&mut binding.subject);
                let known = names.iter().find(|(name, _)| *name == binding.name).map(|(_, reg)| *reg);
                let reg = known.unwrap_or_else(|| {
                    let reg = self.frame().body.reg();
                    names.push((binding.name, reg));
                    reg
                });
                if self.frame().body.is_open() {
                    self.frame().body.bind(binding.span, reg, value);
                }
                if known.is_none() {
                    binding.subject.value = Some(Value::Reg(reg));
                    kept.push(binding);
                }
            }
            self.jump(fits);
            if let Some(next) = next {
                self.land(next);
            }
        }
        self.land(fits);
        found.bindings.extend(kept);
    }

    /// Declares the names without owning what they hold.
    fn bind_names(&mut self, bindings: Vec<Binding>, scope: usize) -> Vec<(usize, bool)> {
        let mut bound = Vec::new();
        for mut binding in bindings {
            let value = self.subject_value(&mut binding.subject);
            let Binding { name, span, mutable, owned, .. } = binding;
            let new = NewVariable { name, span, ty: Type::Unknown, mutable };
            bound.push((self.declare(new, Taken { value, owned: false }, scope), owned));
        }
        bound
    }

    /// The names own their parts from here on.
    fn own_names(&mut self, bound: Vec<(usize, bool)>, left: Vec<Subject>, from: From, empty: bool, scope: usize) {
        let holder = match from {
            From::Owner(owner) => Some(owner),
            _ => None,
        };
        if let Some(owner) = holder.filter(|_| empty) {
            self.frame().end(owner);
        }
        if !bound.iter().any(|(_, owned)| *owned) {
            return;
        }
        if let Some(owner) = holder {
            self.frame().end(owner);
            self.own_left(owner, left);
        }
        for (at, owned) in bound {
            if owned {
                self.own_variable(at, scope);
            }
        }
    }

    fn own_left(&mut self, owner: OwnerIx, left: Vec<Subject>) {
        let scopes = &self.frame().scopes;
        let Some(scope) = scopes.iter().position(|scope| scope.owners.contains(&owner)) else { return };
        for subject in left {
            let place = match (subject.place, subject.value) {
                (Some(place), _) => place,
                (None, Some(Value::Reg(reg))) => Place { root: Root::Value(reg), path: Vec::new() },
                (None, _) => continue,
            };
            self.own_place(place, scope);
        }
    }

    fn own_variable(&mut self, at: usize, scope: usize) {
        let variable = &self.frame().variables[at];
        let (held, owner, span) = (variable.held.clone(), variable.owner, variable.span);
        if let Some(owner) = owner {
            let frame = self.frame();
            if frame.body.is_open() && !frame.live.contains(&owner) {
                frame.live.push(owner);
            }
            return;
        }
        let place = match held {
            Held::Local(local) => self.local_place(local),
            Held::Value(Value::Absent | Value::Bool(_) | Value::Int(_) | Value::Number(_) | Value::Text(_)) => return,
            Held::Value(value) => {
                let root = self.root(value, span);
                if let Root::Value(reg) = root {
                    self.frame().variables[at].held = Held::Value(Value::Reg(reg));
                }
                Place { root, path: Vec::new() }
            }
        };
        let owner = self.own_place(place, scope);
        self.frame().variables[at].owner = Some(owner);
    }

    /// One arm of a `match`: test, bind, guard, own.
    pub(super) fn match_arm(&mut self, pattern: &Pat, operand: Operand, otherwise: Option<usize>, scope: usize) {
        let (pattern, guard) = match pattern {
            Pat::Guard(of) => (&*of.pat, Some(&of.guard)),
            pattern => (pattern, None),
        };
        let (matching, from) = self.test_pattern(pattern, operand, otherwise);
        let bound = self.bind_names(matching.bindings, scope);
        if let (Some(guard), Some(otherwise)) = (guard, otherwise) {
            self.condition(guard, true, otherwise);
        }
        self.own_names(bound, matching.left, from, matching.empty, scope);
    }
}

/// The part of a value that is put together here and now.
fn part_of(value: &Value, path: &[Elem]) -> Option<Value> {
    let Some((first, rest)) = path.split_first() else { return Some(value.clone()) };
    match (value, first) {
        (Value::List(items), Elem::Field(at)) => part_of(items.get(at.as_str().parse::<usize>().ok()?)?, rest),
        (Value::Case(name, parts), Elem::Case(wanted)) if name == wanted => match (parts.as_slice(), rest) {
            ([record @ Value::Record(_)], [Elem::Field(_)]) => part_of(record, rest),
            (parts, [Elem::Field(at)]) => parts.get(at.as_str().parse::<usize>().ok()?).cloned(),
            _ => None,
        },
        (Value::Record(fields), Elem::Field(wanted)) => {
            let (_, value) = fields.iter().find(|(name, _)| name == wanted)?;
            part_of(value, rest)
        }
        _ => None,
    }
}

fn field(at: Option<usize>) -> Elem {
    match at {
        Some(at) => Elem::Field(Name::new(&at.to_string())),
        None => Elem::Any,
    }
}

fn last_of(path: &syn::Path) -> Name {
    path.segments.last().map_or(Name::new(""), |last| name_of(&last.ident))
}

/// `..`, or `rest @ ..`
fn is_rest(pattern: &Pat) -> bool {
    match pattern {
        Pat::Rest(_) => true,
        Pat::Ident(of) => of.subpat.as_ref().is_some_and(|(_, inner)| matches!(**inner, Pat::Rest(_))),
        _ => false,
    }
}

/// Does the pattern take references (`ref x`), so that the value lives on like one behind `&`?
pub(super) fn by_reference(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(of) => of.by_ref.is_some() || of.subpat.as_ref().is_some_and(|(_, inner)| by_reference(inner)),
        Pat::Paren(of) => by_reference(&of.pat),
        Pat::Tuple(of) => of.elems.iter().any(by_reference),
        Pat::TupleStruct(of) => of.elems.iter().any(by_reference),
        Pat::Slice(of) => of.elems.iter().any(by_reference),
        Pat::Struct(of) => of.fields.iter().any(|field| by_reference(&field.pat)),
        _ => false,
    }
}

/// A value that fits such a pattern owns nothing: `None`, `3`, `Ok(())`.
fn owns_nothing(pattern: &Pat) -> bool {
    match pattern {
        Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) => true,
        Pat::Ident(of) => {
            of.by_ref.is_none() && of.subpat.is_none() && name_of(&of.ident).starts_with(char::is_uppercase)
        }
        Pat::Paren(of) => owns_nothing(&of.pat),
        Pat::Tuple(of) => of.elems.iter().all(owns_nothing),
        Pat::TupleStruct(of) => of.elems.iter().all(owns_nothing),
        Pat::Or(of) => of.cases.iter().all(owns_nothing),
        _ => false,
    }
}
