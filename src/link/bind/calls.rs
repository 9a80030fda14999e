//! Calls: what is called, as far as names and declared types tell. What a library call does is in `effects`.

use super::body::{Callable, Guard, Info, OpKind};
use super::walk::At;
use super::{Binder, Put, effects};
use crate::facts::{Arg, Callee, Elem, Passing, PlaceIx, Reg, Span, Value};
use crate::link::ids::{FunctionId, Symbol, UnitId};
use crate::link::loc::{Base, Loc, Seg};
use crate::link::types::Ty;
use crate::models::{Effect, Outside, Running};
use crate::names::Name;

/// One call, on its way to being understood.
#[derive(Clone)]
pub(super) struct Site<'a> {
    pub(super) args: &'a [Arg],
    pub(super) into: Reg,
    pub(super) span: Span,
    /// The function's own name, for words about it.
    pub(super) name: Name,
    /// The register that it is called on.
    pub(super) on: Option<Reg>,
    /// The place in which what it is called on stands.
    pub(super) held: Option<Loc>,
    /// What it is called on, if that has a name that others know as well.
    pub(super) registry: Option<Loc>,
    /// Where nothing is there to be called on, nothing happens.
    pub(super) optional: bool,
}

impl<'p> Binder<'p> {
    pub(super) fn bind_call(&mut self, callee: &Callee, args: &[Arg], into: Reg, span: Span) {
        let optional = matches!(callee, Callee::Optional(_));
        let mut site = Site { args, into, span, name: Name::new(""), on: None, held: None, registry: None, optional };
        match callee {
            Callee::Place(place) | Callee::Optional(place) => self.call_place(*place, site),
            Callee::Value(value) => {
                let callee = self.value_info(value);
                match callee.callable {
                    Callable::No => self.call_nameless(&callee, &site),
                    callable => self.call_value(callable, None, &site),
                }
            }
            Callee::New(place) => self.make(*place, &site),
            Callee::Super => {}
            Callee::Element(place) => self.element_props(*place, &site),
            Callee::Macro(name) => {
                site.name = *name;
                self.unknown(&site);
            }
            Callee::Tag(place) => {
                if let Some(Elem::Field(name)) = self.place(*place).path.last() {
                    site.name = *name;
                }
                self.unknown(&site);
            }
        }
    }

    fn call_place(&mut self, place: PlaceIx, mut site: Site<'_>) {
        let place = self.place(place);
        let (receiver, last) = self.walk_receiver(place);
        let Some(last) = last else {
            if let Some(Elem::Field(name)) = place.path.first() {
                site.name = last_part(*name);
            }
            return self.call_named(receiver, &site);
        };
        let Elem::Field(name) = last else {
            let callable = self.step(receiver, last).info.callable;
            return self.call_value(callable, None, &site);
        };
        site.name = *name;
        site.on = effects::receiver_register(place);
        let external = || receiver.external.as_deref().map(|name| Loc::new(Base::External(Name::new(name))));
        // What was read out of a package first is still what the package has.
        let read = receiver.info.path.as_ref().filter(|path| matches!(path.base, Base::External(_)));
        site.registry = receiver.info.loc.clone().or_else(external).or_else(|| read.cloned());
        if receiver.symbol.is_some() || receiver.external.is_some() {
            let at = self.step(receiver, last);
            return self.call_named(at, &site);
        }
        // What was taken out of its place before is no longer known to stand there.
        if site.on.is_none() {
            site.held.clone_from(&receiver.info.loc);
        }
        self.call_method(receiver, place, *name, &site);
    }

    /// A function by name: of the program, or of a package.
    fn call_named(&mut self, at: At, site: &Site<'_>) {
        if at.info.callable != Callable::No {
            return self.call_value(at.info.callable, None, site);
        }
        if let Some(Symbol::Unit(unit)) = at.symbol {
            return self.fresh(Some(unit), Ty::Unit(unit), site);
        }
        if let Some(Symbol::Case(unit, _)) = at.symbol {
            return self.fresh(Some(unit), Ty::Unit(unit), site);
        }
        let effect = at.external.as_deref().and_then(|name| self.program.models.call(name));
        match effect {
            Some(effect) => self.apply(effect, &stored_outside(at, effect), None, site),
            None => match at.external.as_deref().and_then(|name| self.made_lock(name, site)) {
                Some(ty) => self.fresh(None, ty, site),
                None => self.call_nameless(&at.info, site),
            },
        }
    }

    /// What some locks give out for a guard is a function: its call gives the lock back.
    fn call_nameless(&mut self, callee: &Info, site: &Site<'_>) {
        match callee.guard {
            Some(guard) if !self.program.is_rust(self.id.file) => self.let_go(guard, site.span),
            _ => {
                let undone = callee.loc.clone().filter(|at| matches!(at.base, Base::Local(..)) && self.is_undoing());
                if let Some(at) = undone {
                    self.push(site.span, OpKind::Close { at: Some(at), of: Value::Unknown, optional: site.optional });
                }
                self.unknown(site);
            }
        }
    }

    /// `Mutex::new(…)`: a lock around what it is given.
    fn made_lock(&self, path: &str, site: &Site<'_>) -> Option<Ty> {
        let (ty, function) = path.rsplit_once("::")?;
        let (from, name) = ty.rsplit_once("::").unwrap_or(("", ty));
        let makes = matches!(function, "new" | "const_new" | "default" | "from");
        let held = || self.value_info(&self.arg(site, 0)).ty;
        (makes && self.program.models.is_lock(Name::new(name))).then(|| Ty::Lib {
            from: Name::new(from),
            name: Name::new(name),
            args: vec![held()],
        })
    }

    fn call_method(&mut self, receiver: At, place: &crate::facts::Place, name: Name, site: &Site<'_>) {
        if let Some(guard) = self.used_up(&receiver, name, site) {
            self.unknown(site);
            return self.let_go(guard, site.span);
        }
        // Through pointers first, then into what an optional or fallible value holds.
        let mut ty = receiver.info.ty.clone();
        for _ in 0..6 {
            if let Some(unit) = ty.unit()
                && let Some(method) = self.program.modules.method(&self.program.files, unit, name)
            {
                let this = receiver.info.loc.clone().map(|loc| loc.owned_by(self.program, unit));
                return self.call_function(method, this, site);
            }
            let effect = self.library_method(&ty, name);
            if let Some(effect) = effect {
                let at = At { info: Info { ty, ..receiver.info.clone() }, ..At::default() };
                return self.apply(effect, &at, Some(place), site);
            }
            match self.program.one_step_behind(&ty) {
                Some(inner) => ty = inner,
                None => break,
            }
        }
        let field = self.step(receiver.clone(), &Elem::Field(name));
        if field.info.callable != Callable::No {
            return self.call_value(field.info.callable, None, site);
        }
        self.call_untyped(&receiver, place, name, site);
    }

    fn library_method(&self, ty: &Ty, name: Name) -> Option<&'p Effect> {
        match ty {
            Ty::Lib { from, name: lib, .. } => {
                if matches!(name.as_str(), "clone" | "borrow" | "as_ref") && self.program.models.is_pointer(*lib) {
                    return Some(&Effect::Same);
                }
                self.program.models.method(*from, *lib, name)
            }
            _ => None,
        }
    }

    /// A method of something whose type nobody declares.
    fn call_untyped(&mut self, receiver: &At, place: &crate::facts::Place, name: Name, site: &Site<'_>) {
        if self.is_listening(site) {
            return self.unknown(site);
        }
        if self.untyped_file(receiver, place, name, site) || self.untyped_lock(receiver, name, site) {
            return;
        }
        // `unwrap` and kin on a guard give the guard.
        if receiver.info.guard.is_some()
            && let Some(effect @ (Effect::Same | Effect::Expect)) =
                self.program.models.method(Name::new(""), Name::new("Result"), name)
        {
            return self.apply(effect, receiver, Some(place), site);
        }
        if self.program.is_rust(self.id.file)
            && let Some(effect @ Effect::Test(_)) = self.program.models.method(Name::new(""), Name::new("Option"), name)
        {
            return self.apply(effect, receiver, Some(place), site);
        }
        if !self.program.is_rust(self.id.file) {
            let promise = self.program.models.method(Name::new(""), Name::new("Promise"), name);
            let collection = (receiver.info.ty == Ty::Unknown).then(|| self.program.collection_method(name)).flatten();
            let text = self.program.models.method(Name::new(""), Name::new("String"), name);
            if let Some(effect) = promise.or(collection).or(text) {
                return self.apply(effect, receiver, Some(place), site);
            }
        }
        if let Some(effect) = self.untyped_content(receiver, name, site) {
            return self.apply(effect, receiver, Some(place), site);
        }
        if matches!(
            name.as_str(),
            "clone"
                | "to_owned"
                | "cloned"
                | "copied"
                | "to_string"
                | "into"
                | "as_str"
                | "to_vec"
                | "len"
                | "is_empty"
        ) {
            return match name.as_str() {
                "is_empty" => self.apply(&Effect::Test(None), receiver, Some(place), site),
                "len" => self.apply(&Effect::Read(None), receiver, Some(place), site),
                _ => self.copy(receiver, place, site),
            };
        }
        if self.program.models.releases(name) {
            return self.apply(&Effect::Close, receiver, Some(place), site);
        }
        if let Some(at) = receiver.info.loc.as_ref().filter(|_| !site.optional) {
            self.push(site.span, OpKind::Use { at: at.clone(), of: self.in_hand(site) });
        }
        // The answer of what a run was given is the run's own.
        let given = receiver.info.loc.as_ref().is_some_and(|at| matches!(at.base, Base::Param(..)));
        let on = match site.on {
            None if given => match self.receiver_value(receiver, Some(place), site) {
                Value::Reg(reg) => Some(reg),
                _ => None,
            },
            known => known,
        };
        self.unknown(&Site { on, ..site.clone() });
    }

    /// What a method is called on, where it was read into a variable before. A guard stands for what it guards now.
    pub(super) fn in_hand(&self, site: &Site<'_>) -> Option<Reg> {
        site.on.filter(|_| !self.program.is_rust(self.id.file))
    }

    /// A function value, or nothing that is known.
    pub(super) fn call_value(&mut self, callable: Callable, this: Option<Loc>, site: &Site<'_>) {
        match callable {
            Callable::Function(target) => self.call_function(target, this, site),
            Callable::Method(target, base) => self.call_function(target, Some(*base), site),
            Callable::Param(_) => {
                let args = self.arg_values(site);
                self.push(
                    site.span,
                    OpKind::Run {
                        callee: callable,
                        how: Running::Now,
                        on: Value::Unknown,
                        at: None,
                        args,
                        into: site.into,
                    },
                );
            }
            Callable::Setter(state) => self.set_state(*state, site),
            Callable::No => self.unknown(site),
        }
    }

    /// A function of the program.
    fn call_function(&mut self, target: FunctionId, this: Option<Loc>, site: &Site<'_>) {
        if let Some(effect) = self.program.own_model(target) {
            let at = At { info: Info { loc: this, ..Info::default() }, ..At::default() };
            return self.apply(effect, &at, None, site);
        }
        let function = self.program.function(target);
        let returned = self.program.returned(target);
        let generic = !function.generics.is_empty();
        let given: Vec<Ty> = site.args.iter().filter(|_| generic).map(|arg| self.value_info(&arg.value).ty).collect();
        let ty = self.program.result_type(target, &given);
        let mut info = Info { ty, promise: function.is_async, ..Info::default() };
        if info.ty == Ty::Unknown {
            info.ty = returned.ty.clone();
        }
        if let Some(loc) = &returned.loc {
            info.loc = self.outward(loc, target, this.as_ref(), site);
        }
        info.path = Some(self.answered_path(target, &returned, this.as_ref(), site));
        if let Some(guard) = &returned.guard
            && let Some(lock) = self.outward(&guard.lock, target, this.as_ref(), site)
        {
            let lock = self.keyed_outward(lock, site.args);
            info.guard = Some(site.into);
            self.body.guards.push(Guard { reg: site.into, lock, ..guard.clone() });
        }
        if let Some(arg) = returned.passes.and_then(|index| site.args.get(usize::from(index))) {
            info.guard = self.value_info(&arg.value).guard;
            self.moves(&arg.value);
        }
        if info.loc.is_none() {
            info.loc = Some(Loc::new(Base::Value(self.id, site.into)));
        }
        self.know(site.into, info);
        if self.program.models.releases(site.name) && this.is_some() {
            let at = site.held.clone().or_else(|| this.clone());
            let of = self.in_hand(site).map_or(Value::Unknown, Value::Reg);
            self.push(site.span, OpKind::Close { at, of, optional: site.optional });
        }
        self.uses(this.as_ref(), site);
        let args = self.arg_values(site);
        self.push(site.span, OpKind::Call { target, this, args, into: site.into });
        self.give_up(site);
    }

    /// Calling a method of what stands in a field or a variable is work on it. In Rust it cannot be gone.
    fn uses(&mut self, this: Option<&Loc>, site: &Site<'_>) {
        let stands = |at: &&Loc| {
            !at.path.is_empty() && !matches!(at.base, Base::Value(..)) || matches!(at.base, Base::Variable(..))
        };
        let quiet = site.optional || self.program.is_rust(self.id.file);
        if let Some(at) = this.filter(stands).filter(|_| !quiet) {
            self.push(site.span, OpKind::Use { at: at.clone(), of: self.in_hand(site) });
        }
    }

    /// Guards that were passed by value end with the call, unless its result carries them on.
    pub(super) fn give_up(&mut self, site: &Site<'_>) {
        if self.info(site.into).guard.is_some() {
            return;
        }
        for arg in site.args.iter().filter(|arg| arg.passing == Passing::Value) {
            if let Some(guard) = self.value_info(&arg.value).guard {
                self.let_go(guard, site.span);
            }
        }
    }

    /// A location of a callee, in terms of the caller.
    pub(super) fn outward(&self, loc: &Loc, target: FunctionId, this: Option<&Loc>, site: &Site<'_>) -> Option<Loc> {
        match loc.base {
            Base::This(_) => this.map(|this| loc.rebased(this)),
            Base::Param(function, index) if function == target => {
                let arg = site.args.get(usize::from(index))?;
                self.value_info(&arg.value).loc.map(|outer| loc.rebased(&outer))
            }
            Base::Variable(..) | Base::External(_) => Some(loc.clone()),
            _ => None,
        }
    }

    fn make(&mut self, place: PlaceIx, site: &Site<'_>) {
        let place = self.place(place);
        let at = self.walk(place);
        let (unit, ty) = match (&at.info.ty, &at.external) {
            (Ty::Static(unit), _) => (Some(*unit), Ty::Unit(*unit)),
            (_, Some(name)) => {
                let element = if name == "Promise" { Vec::new() } else { vec![Ty::Unknown] };
                (None, Ty::lib(last_part(Name::new(name)).as_str(), element))
            }
            _ => (None, Ty::Unknown),
        };
        if ty.is_lib(&["Promise"]) {
            if let Some(executor) = site.args.first() {
                let callee = self.value_info(&executor.value).callable;
                let run = self.run_of(callee, Running::Now, site);
                self.push(site.span, run);
            }
            self.push(site.span, OpKind::Future { args: Vec::new(), into: site.into });
            return self.know(site.into, Info { ty, promise: true, ..Info::default() });
        }
        self.fresh(unit, ty, site);
    }

    fn fresh(&mut self, unit: Option<UnitId>, ty: Ty, site: &Site<'_>) {
        let loc = Some(Loc::new(Base::Value(self.id, site.into)));
        let info = Info { ty, loc, ..Info::default() };
        self.know(site.into, info);
        let args = self.arg_values(site);
        self.push(site.span, OpKind::Make { unit, args, into: site.into });
    }

    /// A JSX element runs its handlers whenever the user does something.
    fn element_props(&mut self, _place: PlaceIx, site: &Site<'_>) {
        for arg in site.args {
            let Some(prop) = arg.name else { continue };
            let callee = self.value_info(&arg.value).callable;
            if callee != Callable::No && self.program.models.is_handler_prop(prop) {
                let how = if self.program.models.is_hurried(prop) { Running::Often } else { Running::ByHand };
                let run = self.run_of(callee, how, site);
                self.push(site.span, run);
            }
        }
    }

    fn run_of(&self, callee: Callable, how: Running, site: &Site<'_>) -> OpKind {
        OpKind::Run { callee, how, on: Value::Unknown, at: None, args: Vec::new(), into: site.into }
    }

    /// Does the call hand over a function together with a path? `app.get("/me", …)` is no look into a collection.
    fn is_listening(&self, site: &Site<'_>) -> bool {
        let Some((first, rest)) = site.args.split_first() else { return false };
        let path = matches!(&first.value, Value::Text(text) if text.starts_with('/'));
        path && self.program.models.listens(site.name, path)
            && rest.iter().any(|arg| self.value_info(&arg.value).callable != Callable::No)
    }

    /// Functions that are handed over together with the name of an event or a path run whenever that happens.
    fn listeners(&mut self, site: &Site<'_>) {
        let Some((first, rest)) = site.args.split_first() else { return };
        let path = matches!(&first.value, Value::Text(text) if text.starts_with('/'));
        let at = site.registry.as_ref().map(|registry| registry.then(Seg::Field(site.name)));
        let exclusive = at.as_ref().is_some_and(|at| match at.base {
            Base::External(_) => self.program.models.is_exclusive(&at.show(self.program)),
            _ => false,
        });
        let keyed = exclusive || self.program.models.listens(site.name, path);
        if !keyed && !self.program.models.is_event(site.name) {
            return;
        }
        let at = if keyed { at.map(|at| at.then(self.key(&first.value))) } else { at };
        let functions = if keyed { rest } else { &site.args[..1] };
        let given = functions.iter().map(|arg| self.value_info(&arg.value).callable);
        let mut given: Vec<Callable> = given.filter(|callee| *callee != Callable::No).collect();
        if exclusive && given.is_empty() {
            given.push(Callable::No);
        }
        for callee in given {
            let run = OpKind::Run {
                callee,
                how: Running::Often,
                on: Value::Unknown,
                at: at.clone(),
                args: Vec::new(),
                into: site.into,
            };
            self.push(site.span, run);
        }
    }

    /// A call that nothing is known of.
    pub(super) fn unknown(&mut self, site: &Site<'_>) {
        self.listeners(site);
        let args = self.arg_values(site);
        let path = self.unique_of(site.on, &args);
        self.know(site.into, Info { loc: Some(Loc::new(Base::Value(self.id, site.into))), path, ..Info::default() });
        let (name, on, into) = (site.name, site.on, site.into);
        self.push(site.span, OpKind::Act { class: Outside::Unknown, name, on, args, into, file: None });
        self.give_up(site);
    }

    pub(super) fn arg_values(&self, site: &Site<'_>) -> Vec<Value> {
        site.args.iter().map(|arg| arg.value.clone()).collect()
    }

    pub(super) fn write(&mut self, at: Loc, put: Put, value: Value, span: Span) {
        self.push(span, OpKind::Write { at, put, value });
    }
}

/// What a package keeps under keys stands in the package.
fn stored_outside(at: At, effect: &Effect) -> At {
    let keyed =
        matches!(effect, Effect::Read(_) | Effect::Test(_) | Effect::Insert { .. } | Effect::Remove(_) | Effect::Clear);
    let store = at.external.as_deref().and_then(|path| path.rsplit_once('.')).map(|(store, _)| Name::new(store));
    match store.filter(|_| keyed && at.info.loc.is_none()) {
        Some(store) => At { info: Info { loc: Some(Loc::new(Base::External(store))), ..at.info }, ..at },
        None => at,
    }
}

fn last_part(name: Name) -> Name {
    match name.rsplit([':', '.']).next() {
        Some(part) if part.len() < name.len() => Name::new(part),
        _ => name,
    }
}
