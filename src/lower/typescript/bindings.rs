//! Names: what an identifier stands for here. A value itself, or a place that must be read.

use oxc_ast::ast;
use oxc_span::GetSpan;
use oxc_syntax::symbol::{SymbolFlags, SymbolId};

use super::context::{Lower, at};
use crate::facts::{Bind, Elem, Field, FunctionIx, Local, LocalIx, Place, Root, Span, Type, UnitIx, Value, WriteHow};

/// What a name stands for.
pub(super) enum Ref {
    Value(Value),
    Place(Place),
}

/// What a declaration says of a binding besides its value.
#[derive(Clone, Default)]
pub(super) struct Said {
    pub(super) ty: Type,
    pub(super) made: Type,
    pub(super) constant: bool,
}

impl<'a> Lower<'a> {
    pub(super) fn lookup(&mut self, id: &ast::IdentifierReference<'a>) -> Ref {
        match self.symbol_of(id) {
            Some(symbol) => self.symbol(symbol, id.name.as_str()),
            None => match id.name.as_str() {
                "undefined" => Ref::Value(Value::Absent),
                "NaN" | "Infinity" => Ref::Value(Value::Number(self.name(id.name.as_str()))),
                "arguments" => Ref::Value(Value::Unknown),
                name => Ref::Place(self.global(name)),
            },
        }
    }

    pub(super) fn symbol_of(&self, id: &ast::IdentifierReference<'a>) -> Option<SymbolId> {
        id.reference_id.get().and_then(|reference| self.scoping.get_reference(reference).symbol_id())
    }

    pub(super) fn global(&mut self, name: &'a str) -> Place {
        let mut path = self.path(0);
        path.push(Elem::Field(self.name(name)));
        Place { root: Root::Global, path }
    }

    /// An empty path with room for what the chain around it will add.
    fn path(&mut self, before: usize) -> Vec<Elem> {
        Vec::with_capacity(before + 1 + std::mem::take(&mut self.room))
    }

    /// A value in its own function, a place in an inner one; always a place when it is assigned to or module-level.
    fn symbol(&mut self, symbol: SymbolId, name: &'a str) -> Ref {
        if let Some(place) = self.module_place(symbol, name) {
            return Ref::Place(place);
        }
        if self.scoping.symbol_flags(symbol).is_enum_member() {
            return Ref::Value(Value::Text(self.name(name)));
        }
        let home = self.home(symbol);
        if home == self.frame.ix && !self.is_mutable(symbol) {
            return Ref::Value(self.symbols[symbol.index()].value.clone().unwrap_or_default());
        }
        Ref::Place(self.local_place(symbol, home))
    }

    /// The place of a name, also where its value would do: what is assigned to, made with `new`, used as an element.
    pub(super) fn place_of_name(&mut self, id: &ast::IdentifierReference<'a>) -> Place {
        match self.symbol_of(id) {
            Some(symbol) => self.place_of_symbol(symbol, at(id.span)),
            None => self.global(id.name.as_str()),
        }
    }

    pub(super) fn place_of_symbol(&mut self, symbol: SymbolId, span: Span) -> Place {
        let scoping = self.scoping;
        if let Some(place) = self.module_place(symbol, scoping.symbol_name(symbol)) {
            return place;
        }
        let home = self.home(symbol);
        if home == self.frame.ix
            && !self.is_mutable(symbol)
            && let Some(value) = &self.symbols[symbol.index()].value
            && !matches!(value, Value::Function(_) | Value::Class(_))
        {
            let value = value.clone();
            return self.place_of(value, span);
        }
        self.local_place(symbol, home)
    }

    fn local_place(&mut self, symbol: SymbolId, home: FunctionIx) -> Place {
        let known = &self.symbols[symbol.index()];
        if let Some(param) = known.param
            && known.local.is_none()
            && !self.is_mutable(symbol)
        {
            return Place { root: Root::Param(home, param), path: Vec::new() };
        }
        let local = self.local(symbol, home);
        if home != self.frame.ix {
            self.facts.functions[home.index()].locals[local.index()].captured = true;
        }
        Place { root: Root::Local(home, local), path: Vec::new() }
    }

    /// The symbol's entry in its function's table of variables.
    pub(super) fn local(&mut self, symbol: SymbolId, home: FunctionIx) -> LocalIx {
        if let Some(local) = self.symbols[symbol.index()].local {
            return local;
        }
        let scoping = self.scoping;
        let name = self.name(scoping.symbol_name(symbol));
        let bind = match (self.is_mutable(symbol), &self.symbols[symbol.index()].value) {
            (true, _) => Bind::Mutable,
            (false, value) => Bind::Once(value.clone().unwrap_or_default()),
        };
        let locals = &mut self.facts.functions[home.index()].locals;
        let local = LocalIx(locals.len() as u32);
        let span = at(scoping.symbol_span(symbol));
        locals.push(Local { name, ty: Type::Unknown, span, bind, captured: false });
        self.symbols[symbol.index()].local = Some(local);
        local
    }

    /// The function in whose body the symbol is declared.
    pub(super) fn home(&mut self, symbol: SymbolId) -> FunctionIx {
        if let Some(home) = self.symbols[symbol.index()].home {
            return home;
        }
        let mut scope = Some(self.scoping.symbol_scope_id(symbol));
        let mut home = FunctionIx(0);
        while let Some(id) = scope {
            if let Some(ix) = self.homes[id.index()] {
                home = ix;
                break;
            }
            scope = self.scoping.scope_parent_id(id);
        }
        self.symbols[symbol.index()].home = Some(home);
        home
    }

    /// Assigned to more than once. A `var` or parameter that is declared again counts.
    pub(super) fn is_mutable(&self, symbol: SymbolId) -> bool {
        let known = &self.symbols[symbol.index()].mutable;
        if let Some(mutable) = known.get() {
            return mutable;
        }
        let flags = self.scoping.symbol_flags(symbol);
        let again = flags.contains(SymbolFlags::FunctionScopedVariable)
            && !self.scoping.symbol_redeclarations(symbol).is_empty();
        let mutable = again || (!flags.is_const_variable() && self.scoping.symbol_is_mutated(symbol));
        known.set(Some(mutable));
        mutable
    }

    /// Is the name a plain value here, so that naming it takes no step?
    pub(super) fn is_value(&mut self, id: &ast::IdentifierReference<'a>) -> bool {
        match self.symbol_of(id) {
            None => matches!(id.name.as_str(), "undefined" | "NaN" | "Infinity"),
            Some(symbol) => {
                self.module_path(symbol).is_none() && self.home(symbol) == self.frame.ix && !self.is_mutable(symbol)
            }
        }
    }

    /// The names before this one when it is bound at the top level of the file or of a namespace.
    fn module_path(&self, symbol: SymbolId) -> Option<&[crate::names::Name]> {
        let scope = self.scoping.symbol_scope_id(symbol);
        if scope == self.scoping.root_scope_id() {
            return Some(&[]);
        }
        if self.namespaces.is_empty() {
            return None;
        }
        self.namespaces.get(&(scope.index() as u32)).map(Vec::as_slice)
    }

    fn module_place(&mut self, symbol: SymbolId, name: &'a str) -> Option<Place> {
        let before = self.module_path(symbol)?.len();
        let mut path = self.path(before);
        path.extend(self.module_path(symbol)?.iter().map(|name| Elem::Field(*name)));
        let name = match self.symbols[symbol.index()].name {
            Some(name) => name,
            None => self.name(name),
        };
        self.symbols[symbol.index()].name = Some(name);
        path.push(Elem::Field(name));
        Some(Place { root: Root::Module, path })
    }

    /// A variable gets its first value.
    pub(super) fn declare(&mut self, id: &'a ast::BindingIdentifier<'a>, value: Value, said: Said) {
        let span = at(id.span);
        let Some(symbol) = id.symbol_id.get() else {
            let place = self.global(id.name.as_str());
            return self.body().write(span, place, WriteHow::Init, value);
        };
        if let Some(place) = self.module_place(symbol, id.name.as_str()) {
            let again = self.symbols[symbol.index()].declared;
            self.module_field(id, &value, said);
            let how = if again { WriteHow::Set } else { WriteHow::Init };
            return self.body().write(span, place, how, value);
        }
        let home = self.home(symbol);
        if self.is_mutable(symbol) {
            let local = self.local(symbol, home);
            self.set_type(home, local, said.ty);
            let place = Place { root: Root::Local(home, local), path: Vec::new() };
            return self.body().write(span, place, WriteHow::Init, value);
        }
        let value = self.steady(value, span);
        self.symbols[symbol.index()].value = Some(value.clone());
        if said.ty != Type::Unknown {
            let local = self.local(symbol, home);
            self.set_type(home, local, said.ty);
        }
        if let Some(local) = self.symbols[symbol.index()].local {
            self.facts.functions[home.index()].locals[local.index()].bind = Bind::Once(value);
        }
    }

    fn set_type(&mut self, home: FunctionIx, local: LocalIx, ty: Type) {
        if ty != Type::Unknown {
            self.facts.functions[home.index()].locals[local.index()].ty = ty;
        }
    }

    /// A module-level variable is also a field of its unit.
    fn module_field(&mut self, id: &'a ast::BindingIdentifier<'a>, value: &Value, said: Said) {
        if let Some(symbol) = id.symbol_id.get()
            && std::mem::replace(&mut self.symbols[symbol.index()].declared, true)
        {
            return;
        }
        let name = self.name(id.name.as_str());
        let (unit, init) = (self.frame.unit, self.lasting(value));
        self.field(
            unit,
            Field {
                name,
                ty: said.ty,
                span: at(id.span),
                init,
                made: said.made,
                is_static: false,
                constant: said.constant,
                private: false,
            },
        );
    }

    /// The value as far as it means the same outside its function; the rest is unknown.
    pub(super) fn lasting(&self, value: &Value) -> Value {
        let all = |parts: &[Value]| parts.iter().map(|part| self.lasting(part)).collect();
        match value {
            Value::Reg(reg) => {
                let object = self.frame.objects.iter().rev().find(|(made, _)| made == reg);
                object.map_or(Value::Unknown, |(_, unit)| Value::Class(*unit))
            }
            Value::Param(_) | Value::This | Value::Sum(..) | Value::Term(_) => Value::Unknown,
            Value::Record(fields) => {
                Value::Record(fields.iter().map(|(name, value)| (*name, self.lasting(value))).collect())
            }
            Value::Template(parts) => Value::Template(all(parts)),
            Value::List(parts) => Value::List(all(parts)),
            Value::Case(name, parts) => Value::Case(*name, all(parts)),
            value => value.clone(),
        }
    }

    pub(super) fn field(&mut self, unit: UnitIx, field: Field) {
        self.facts.units[unit.index()].fields.push(field);
    }

    /// A value that may be named many times: a fresh thing is made once, and no value grows without bound.
    pub(super) fn steady(&mut self, value: Value, span: Span) -> Value {
        match value {
            Value::Record(_) | Value::List(_) | Value::Case(..) | Value::Unknown => {
                Value::Reg(self.frame.body.pin(span, value))
            }
            Value::Term(_) | Value::Template(_) if weight(&value) > 8 => Value::Reg(self.frame.body.pin(span, value)),
            value => value,
        }
    }

    /// A value for a variable that is written once and read as itself: functions, classes.
    pub(super) fn bind_item(&mut self, id: &'a ast::BindingIdentifier<'a>, value: Value) {
        let Some(symbol) = id.symbol_id.get() else { return };
        if self.module_path(symbol).is_some() {
            return;
        }
        let home = self.home(symbol);
        let local = self.local(symbol, home);
        if self.is_mutable(symbol) {
            let place = Place { root: Root::Local(home, local), path: Vec::new() };
            return self.body().write(at(id.span()), place, WriteHow::Init, value);
        }
        self.symbols[symbol.index()].value = Some(value.clone());
        self.facts.functions[home.index()].locals[local.index()].bind = Bind::Once(value);
    }
}

/// How many values stand in this one.
fn weight(value: &Value) -> usize {
    match value {
        Value::Template(parts) | Value::List(parts) | Value::Case(_, parts) | Value::Term(parts) => {
            1 + parts.iter().map(weight).sum::<usize>()
        }
        Value::Record(fields) => 1 + fields.iter().map(|(_, value)| weight(value)).sum::<usize>(),
        _ => 1,
    }
}
