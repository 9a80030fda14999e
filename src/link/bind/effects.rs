//! What a call that a model knows does here: the model's line in terms of this call's receiver and arguments.

use super::Binder;
use super::body::{Callable, Guard, Info, LockType, OpKind, Put, Sense};
use super::calls::Site;
use super::walk::At;
use crate::facts::{Place, Reg, Root, Value};
use crate::link::loc::{Base, Loc, Seg};
use crate::link::types::Ty;
use crate::models::{Attempt, Effect, Mode, Outside, Running, Taking};
use crate::names::Name;

impl Binder<'_> {
    pub(super) fn apply(&mut self, effect: &Effect, receiver: &At, place: Option<&Place>, site: &Site<'_>) {
        match effect {
            Effect::Pure => self.computed(receiver, place, site),
            Effect::Same => self.same(receiver, place, site),
            Effect::Expect => {
                self.know(site.into, receiver.info.clone());
                let of = self.receiver_value(receiver, place, site);
                self.moves(&of);
                self.push(site.span, OpKind::Expect { of, into: site.into });
            }
            Effect::SameArg(arg) => {
                // An argument ends where it goes by what was lowered: on this way, and not on those that do not come here.
                let value = self.arg(site, *arg);
                let info = self.value_info(&value);
                self.know(site.into, info);
                self.push(site.span, OpKind::Let { into: site.into, value });
            }
            Effect::JoinAll => {
                let of = self.arg_values(site);
                self.know(site.into, Info { promise: true, ..Info::default() });
                self.push(site.span, OpKind::JoinAll { of, into: site.into });
            }
            Effect::Pause => {
                let args = self.arg_values(site);
                self.know(site.into, Info { promise: true, ..Info::default() });
                self.push(site.span, OpKind::Future { args, into: site.into });
            }
            Effect::Settle(arg) => {
                let of = self.arg(site, *arg);
                self.push(site.span, OpKind::Settle { of });
            }
            Effect::Open => {
                let ty = receiver.info.ty.clone();
                self.know(site.into, Info { ty, ..Info::default() });
                self.push(site.span, OpKind::Open { into: site.into });
            }
            Effect::Act(class) => self.act(*class, site),
            Effect::Ends => self.push(site.span, OpKind::Ends),
            Effect::File(effect) => self.file(effect, receiver, site),
            Effect::Path(effect) => self.path(*effect, receiver, place, site),
            Effect::Run { named: Some(name), .. } => self.run_named(*name, receiver, site),
            Effect::State(arg) => self.state(*arg, site),
            Effect::Renew(arg) => self.renew(*arg, site),
            Effect::Run { arg, how, .. } => {
                // Whoever goes through the elements reads the collection.
                if *how == Running::Each {
                    self.receiver_value(receiver, place, site);
                }
                let at = receiver.info.loc.clone();
                self.run(*arg, *how, at, receiver, place, site);
            }
            Effect::Among(arg) => self.among(*arg, receiver, place, site),
            Effect::Release(Some(arg)) => {
                let value = self.arg(site, *arg);
                self.release(&value, site);
            }
            Effect::Close if receiver.info.loc.is_none() => {
                let of = self.arg(site, 0);
                let at = self.value_info(&of).loc;
                self.push(site.span, OpKind::Close { at, of, optional: site.optional });
            }
            _ => match receiver.info.loc.clone() {
                Some(loc) => self.apply_at(effect, loc, receiver, site),
                None => self.unknown(site),
            },
        }
    }

    /// Effects on what stands at a location.
    fn apply_at(&mut self, effect: &Effect, loc: Loc, receiver: &At, site: &Site<'_>) {
        let (span, into) = (site.span, site.into);
        match effect {
            Effect::Read(key) => self.read_element(loc, *key, receiver, site),
            Effect::Test(key) => {
                let sense = if key.is_some() { Sense::Present } else { Sense::Empty };
                let at = self.element_of(loc, *key, site);
                self.push(span, OpKind::Read { at, of: None, into, sense });
            }
            Effect::Load => {
                self.know(into, Info { ty: loaded(&receiver.info.ty), ..Info::default() });
                self.push(span, OpKind::Read { at: loc, of: None, into, sense: Sense::Value });
            }
            Effect::Insert { key, value } => {
                let at = self.element_of(loc, key.or(None), site);
                let value = value.map_or(Value::Unknown, |arg| self.arg(site, arg));
                self.write(at, Put::Insert, value, span);
                self.push(span, OpKind::Let { into, value: Value::Unknown });
            }
            Effect::Add { key, tested } => {
                let at = self.element_of(loc, Some(*key), site);
                if *tested {
                    self.push(span, OpKind::SetOnce { at, value: Value::Bool(true), into });
                } else {
                    self.write(at, Put::Insert, Value::Bool(true), span);
                }
            }
            Effect::Remove(Some(key)) => {
                let at = self.element_of(loc, Some(*key), site);
                self.push(span, OpKind::Update { at, value: Value::Absent, into });
            }
            Effect::Remove(None) => {
                self.write(loc, Put::Remove, Value::Absent, span);
                self.push(span, OpKind::Let { into, value: Value::Unknown });
            }
            Effect::Clear => self.write(loc, Put::Clear, Value::Absent, span),
            Effect::Take => self.push(span, OpKind::Update { at: loc, value: Value::Absent, into }),
            Effect::Ensure(key) => self.ensure(loc, *key, receiver, site),
            Effect::SetOnce => {
                let value = self.arg(site, 0);
                self.know(into, Info { ty: Ty::lib("Result", Vec::new()), ..Info::default() });
                self.push(span, OpKind::SetOnce { at: loc, value, into });
            }
            Effect::Set(arg) | Effect::Store(arg) => {
                let value = self.arg(site, *arg);
                self.write(loc, Put::Set, value, span);
            }
            Effect::Update => self.push(span, OpKind::Update { at: loc, value: Value::Unknown, into }),
            Effect::Exchange => {
                let (expected, value) = (self.arg(site, 0), self.arg(site, 1));
                self.push(span, OpKind::Exchange { at: loc, expected, value, into });
            }
            Effect::Acquire(taking) => self.acquire(loc, *taking, receiver, site),
            Effect::Within(mode, effect) => self.within(*mode, effect, loc, receiver, site),
            Effect::Release(None) => {
                if let Some(guard) = receiver.info.guard {
                    self.push(span, OpKind::Release { guard });
                }
            }
            Effect::Unlock => self.unlock(&loc, site),
            Effect::Wait(arg) => self.wait(loc, *arg, site),
            Effect::Notify => self.push(span, OpKind::Notify { cond: loc }),
            Effect::Attach(arg) => self.attach(loc, *arg, site),
            Effect::Close => self.close(loc, site),
            // Those that need no location were applied before.
            _ => self.unknown(site),
        }
    }

    fn close(&mut self, loc: Loc, site: &Site<'_>) {
        let of = self.in_hand(site).map_or(Value::Unknown, Value::Reg);
        self.push(site.span, OpKind::Close { at: Some(loc), of, optional: site.optional });
    }

    fn attach(&mut self, to: Loc, arg: u8, site: &Site<'_>) {
        let value = self.arg(site, arg);
        self.know(site.into, Info { promise: true, ..Info::default() });
        self.push(site.span, OpKind::Attach { to, value, into: site.into });
    }

    fn element_of(&self, loc: Loc, key: Option<u8>, site: &Site<'_>) -> Loc {
        match key {
            Some(key) => {
                let value = self.arg(site, key);
                loc.then(self.key(&value))
            }
            None => loc,
        }
    }

    fn read_element(&mut self, loc: Loc, key: Option<u8>, receiver: &At, site: &Site<'_>) {
        let at = self.element_of(loc, key, site);
        let ty = if key.is_some() { receiver.info.ty.last_arg() } else { receiver.info.ty.clone() };
        let info = Info { ty, loc: Some(at.clone()), ..Info::default() };
        self.know(site.into, info);
        self.push(site.span, OpKind::Read { at, of: site.on, into: site.into, sense: Sense::Value });
    }

    fn ensure(&mut self, loc: Loc, key: Option<u8>, receiver: &At, site: &Site<'_>) {
        let at = self.element_of(loc, key, site);
        let make = site.args.last().map(|arg| self.value_info(&arg.value).callable).unwrap_or_default();
        let ty = receiver.info.ty.last_arg();
        let info = Info { ty, loc: Some(at.clone()), ..Info::default() };
        self.know(site.into, info);
        self.push(site.span, OpKind::Ensure { at, make, into: site.into });
    }

    /// An effect under a lock that is taken for it alone.
    fn within(&mut self, mode: Mode, effect: &Effect, lock: Loc, receiver: &At, site: &Site<'_>) {
        let inside = lock.then(Seg::Inside);
        let guard = self.new_register(Info::default());
        let kind = self.lock_type(receiver);
        self.body.guards.push(Guard { reg: guard, lock: lock.clone(), mode, is_async: false, kind });
        self.push(site.span, OpKind::Acquire { lock, mode, is_async: false, attempt: Attempt::Waits, guard });
        let at = At { info: Info { loc: Some(inside.clone()), guard: None, ..receiver.info.clone() }, ..At::default() };
        self.apply_at(effect, inside, &at, site);
        self.push(site.span, OpKind::Release { guard });
    }

    fn lock_type(&self, receiver: &At) -> LockType {
        match self.program.pointee(&receiver.info.ty) {
            Ty::Lib { from, name, args } => LockType { from, name, holds: args },
            _ => LockType { from: Name::new(""), name: Name::new(""), holds: Vec::new() },
        }
    }

    pub(super) fn acquire(&mut self, lock: Loc, taking: Taking, receiver: &At, site: &Site<'_>) {
        let Taking { mode, is_async, attempt, element } = taking;
        let locked = self.program.pointee(&receiver.info.ty);
        let kind = self.lock_type(receiver);
        let ty = locked.last_arg();
        let inside = self.element_of(lock.then(Seg::Inside), element, site);
        let guard = Some(site.into);
        let info = Info { ty, loc: Some(inside), guard, promise: is_async, ..Info::default() };
        self.know(site.into, info);
        self.body.guards.push(Guard { reg: site.into, lock: lock.clone(), mode, is_async, kind });
        self.push(site.span, OpKind::Acquire { lock, mode, is_async, attempt, guard: site.into });
    }

    /// Every guard that this function has got for the lock ends.
    fn unlock(&mut self, lock: &Loc, site: &Site<'_>) {
        let guards = self.body.guards.iter().filter(|guard| guard.lock == *lock).map(|guard| guard.reg);
        let guards: Vec<Reg> = guards.collect();
        guards.into_iter().for_each(|guard| self.let_go(guard, site.span));
    }

    fn wait(&mut self, cond: Loc, arg: u8, site: &Site<'_>) {
        let value = self.arg(site, arg);
        let info = self.value_info(&value);
        let guard = info.guard;
        self.moves(&value);
        self.know(site.into, info);
        self.push(site.span, OpKind::Wait { cond, guard });
    }

    fn release(&mut self, value: &Value, site: &Site<'_>) {
        if let Some(guard) = self.value_info(value).guard {
            self.let_go(guard, site.span);
        }
    }

    /// The receiver itself, in another wrapping.
    fn same(&mut self, receiver: &At, place: Option<&Place>, site: &Site<'_>) {
        let value = self.receiver_value(receiver, place, site);
        let mut info = receiver.info.clone();
        // A reference into a guard and a clone of what is behind it are no guards: it ends without them, and not with them.
        if matches!(site.name.as_str(), "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "borrow" | "clone") {
            info.guard = None;
        } else {
            self.moves(&value);
        }
        self.know(site.into, info);
        self.push(site.span, OpKind::Let { into: site.into, value });
    }

    /// The same value, no longer what it was copied from.
    pub(super) fn copy(&mut self, receiver: &At, place: &Place, site: &Site<'_>) {
        let value = self.receiver_value(receiver, Some(place), site);
        let path = receiver.info.path.clone().or_else(|| receiver.info.loc.clone());
        self.know(site.into, Info { ty: receiver.info.ty.clone(), path, ..Info::default() });
        self.push(site.span, OpKind::Let { into: site.into, value });
    }

    /// What a method is called on, as a value: read first where it stands in a place.
    pub(super) fn receiver_value(&mut self, receiver: &At, place: Option<&Place>, site: &Site<'_>) -> Value {
        match (place.and_then(receiver_register), &receiver.info.loc) {
            (Some(reg), _) => Value::Reg(reg),
            (None, Some(at)) => {
                let into = self.new_register(receiver.info.clone());
                self.push(site.span, OpKind::Read { at: at.clone(), of: None, into, sense: Sense::Value });
                Value::Reg(into)
            }
            (None, None) => Value::Unknown,
        }
    }

    /// A value computed from the arguments and the receiver, and nothing else.
    pub(super) fn computed(&mut self, _receiver: &At, place: Option<&Place>, site: &Site<'_>) {
        let mut parts = self.arg_values(site);
        parts.extend(place.and_then(receiver_register).map(Value::Reg));
        let path = self.unique_of(None, &parts);
        self.know(site.into, Info { path, ..Info::default() });
        self.push(site.span, OpKind::Let { into: site.into, value: Value::Term(parts) });
    }

    fn act(&mut self, class: Outside, site: &Site<'_>) {
        let args = self.arg_values(site);
        let class = if args.iter().any(adds) { Outside::Adding } else { class };
        self.know(site.into, Info { promise: true, ..Info::default() });
        let (name, on, into) = (site.name, site.on, site.into);
        self.push(site.span, OpKind::Act { class, name, on, args, into, file: None });
    }

    /// A function, the last argument, under a lock that the host keeps by its name. With options between the two it may
    /// not wait.
    fn run_named(&mut self, name: u8, receiver: &At, site: &Site<'_>) {
        let host = receiver.external.as_deref().and_then(|path| path.rsplit_once('.')).map_or("", |(host, _)| host);
        let host = host.trim_start_matches("globalThis.").trim_start_matches("window.");
        let at = Loc::new(Base::External(Name::new(host))).then(self.key(&self.arg(site, name)));
        let how = if site.args.len() > 2 { Running::Queued } else { Running::Locked };
        let function = site.args.len().saturating_sub(1) as u8;
        self.run(function, how, Some(at), receiver, None, site);
    }

    pub(super) fn run(
        &mut self,
        arg: u8,
        how: Running,
        at: Option<Loc>,
        receiver: &At,
        place: Option<&Place>,
        site: &Site<'_>,
    ) {
        let value = self.arg(site, arg);
        let callee = match self.value_info(&value).callable {
            Callable::No => match value {
                Value::Param(index) => Callable::Param(index),
                _ => Callable::No,
            },
            known => known,
        };
        let promise = how.makes_promise();
        let on = if how.waits_for_receiver() { self.receiver_value(receiver, place, site) } else { Value::Unknown };
        let ty = if promise { Ty::lib("Promise", vec![Ty::Unknown]) } else { Ty::Unknown };
        self.know(site.into, Info { promise, ty, ..Info::default() });
        let args = self.arg_values(site);
        self.push(site.span, OpKind::Run { callee, how, on, at, args, into: site.into });
    }

    /// A look at what stands in a collection, by a function that is called for the elements.
    fn among(&mut self, arg: u8, receiver: &At, place: Option<&Place>, site: &Site<'_>) {
        let elements = self.receiver_value(receiver, place, site);
        let said = self.new_register(Info::default());
        self.run(arg, Running::Now, None, receiver, place, &Site { into: said, ..site.clone() });
        self.know(site.into, Info::default());
        self.push(site.span, OpKind::Let { into: site.into, value: Value::Term(vec![elements, Value::Reg(said)]) });
    }

    pub(super) fn arg(&self, site: &Site<'_>, index: u8) -> Value {
        site.args.get(usize::from(index)).map_or(Value::Unknown, |arg| arg.value.clone())
    }
}

/// What an atomic gives: a number of its width.
fn loaded(atomic: &Ty) -> Ty {
    match atomic {
        Ty::Lib { name, .. } => Ty::lib(&name.trim_start_matches("Atomic").to_lowercase(), Vec::new()),
        _ => Ty::Unknown,
    }
}

/// Options of a request that says what it does: doing it twice is not doing it once.
fn adds(arg: &Value) -> bool {
    let Value::Record(fields) = arg else { return false };
    fields.iter().any(|(name, value)| {
        let method = if let Value::Text(text) = value { text.as_str() } else { "" };
        *name == "method" && (method.eq_ignore_ascii_case("post") || method.eq_ignore_ascii_case("patch"))
    })
}

/// The register that a method is called on, when its receiver is one and nothing else.
pub(super) fn receiver_register(place: &Place) -> Option<Reg> {
    match place.root {
        Root::Value(reg) if place.path.len() == 1 => Some(reg),
        _ => None,
    }
}
