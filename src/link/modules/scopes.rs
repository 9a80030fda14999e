//! Scopes: the names that the modules of one file bind. Knows nothing of other files.

use rustc_hash::FxHashMap;

use crate::facts::{FileFacts, Function, FunctionIx, FunctionKind, Span, Unit, UnitIx, UnitKind, Value};
use crate::link::ids::{FileId, FunctionId, Symbol, UnitId};
use crate::names::Name;

/// What a name means as a value and as a type: the two have namespaces of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Meaning {
    pub(super) value: Symbol,
    pub(super) ty: Symbol,
}

impl Meaning {
    pub(super) const NONE: Meaning = Meaning { value: Symbol::Unknown, ty: Symbol::Unknown };

    pub(super) fn both(symbol: Symbol) -> Meaning {
        Meaning { value: symbol, ty: symbol }
    }

    pub(super) fn value(symbol: Symbol) -> Meaning {
        Meaning { value: symbol, ty: Symbol::Unknown }
    }

    pub(super) fn ty(symbol: Symbol) -> Meaning {
        Meaning { value: Symbol::Unknown, ty: symbol }
    }

    /// Nothing is known of it.
    pub(super) fn is_none(self) -> bool {
        self == Meaning::NONE
    }

    pub(super) fn is_full(self) -> bool {
        self.value != Symbol::Unknown && self.ty != Symbol::Unknown
    }

    /// This meaning, completed by another.
    pub(super) fn or(self, other: Meaning) -> Meaning {
        let pick = |mine, theirs| if mine == Symbol::Unknown { theirs } else { mine };
        Meaning { value: pick(self.value, other.value), ty: pick(self.ty, other.ty) }
    }

    /// The value if there is one, else the type.
    pub(super) fn as_value(self) -> Symbol {
        if self.value == Symbol::Unknown { self.ty } else { self.value }
    }

    /// The type if there is one, else the value.
    pub(super) fn as_type(self) -> Symbol {
        if self.ty == Symbol::Unknown { self.value } else { self.ty }
    }
}

/// A name in a module: what the file declares, and the imports (by index) that bind it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Slot {
    pub(super) own: Meaning,
    pub(super) imports: Vec<u32>,
}

impl Default for Slot {
    fn default() -> Slot {
        Slot { own: Meaning::NONE, imports: Vec::new() }
    }
}

/// All names that the modules of a file bind.
#[derive(PartialEq, Default, Debug)]
pub(in crate::link) struct Scope {
    slots: FxHashMap<(UnitIx, Name), Slot>,
    /// What is declared inside functions, for code that names it: first come, first kept.
    nested: FxHashMap<(UnitIx, Name), Meaning>,
}

impl Scope {
    pub(in crate::link) fn new(file: FileId, facts: &FileFacts) -> Scope {
        let mut scope = Scope::default();
        let bodies = bodies(facts);
        for (index, unit) in facts.units.iter().enumerate() {
            scope.unit(file, UnitIx(index as u32), unit, facts, &bodies);
        }
        scope.functions(file, facts);
        for (index, alias) in facts.aliases.iter().enumerate() {
            let module = module_of(facts, alias.unit);
            scope.own(module, alias.name, Meaning::ty(Symbol::Alias(file, index as u32)));
        }
        for (index, import) in facts.imports.iter().enumerate() {
            if !matches!(import.local.as_str(), "_" | "*" | "") {
                let module = module_of(facts, import.unit);
                scope.slots.entry((module, import.local)).or_default().imports.push(index as u32);
            }
        }
        scope
    }

    fn unit(&mut self, file: FileId, ix: UnitIx, unit: &Unit, facts: &FileFacts, bodies: &[Span]) {
        let id = UnitId { file, ix };
        if unit.kind == UnitKind::Module {
            for (index, field) in unit.fields.iter().enumerate() {
                let variable = Symbol::Variable(id, index as u32);
                let meaning = match &field.init {
                    Value::Function(function) if field.constant => {
                        Meaning::value(Symbol::Function(FunctionId { file, ix: *function }))
                    }
                    Value::Class(class) if field.constant && is_class(facts, *class) => {
                        Meaning::both(Symbol::Unit(UnitId { file, ix: *class }))
                    }
                    _ => Meaning::value(variable),
                };
                self.own(ix, field.name, meaning);
            }
        }
        let Some(parent) = unit.parent else { return };
        let module = module_of(facts, parent);
        let meaning = match unit.kind {
            UnitKind::Module => Meaning::ty(Symbol::Module(id)),
            UnitKind::Class | UnitKind::Enum => Meaning::both(Symbol::Unit(id)),
            UnitKind::Interface => Meaning::ty(Symbol::Unit(id)),
            UnitKind::Object | UnitKind::Extension => return,
        };
        let before = bodies.partition_point(|body| body.start <= unit.span.start);
        if before > 0 && bodies[before - 1].covers(unit.span) {
            self.nested.entry((module, unit.name)).or_insert(meaning);
        } else {
            self.own(module, unit.name, meaning);
        }
    }

    fn functions(&mut self, file: FileId, facts: &FileFacts) {
        let mut tests = Vec::new();
        for (index, function) in facts.functions.iter().enumerate() {
            let ix = FunctionIx(index as u32);
            let in_module = facts.units.get(function.unit.index()).is_some_and(|unit| unit.kind == UnitKind::Module);
            if function.name.is_empty() || function.kind != FunctionKind::Plain || !in_module {
                continue;
            }
            if is_nested(function) {
                let meaning = Meaning::value(Symbol::Function(FunctionId { file, ix }));
                self.nested.entry((function.unit, function.name)).or_insert(meaning);
            } else if function.test {
                tests.push((function, ix));
            } else {
                self.own(function.unit, function.name, Meaning::value(Symbol::Function(FunctionId { file, ix })));
            }
        }
        for (function, ix) in tests {
            self.own(function.unit, function.name, Meaning::value(Symbol::Function(FunctionId { file, ix })));
        }
    }

    /// Binds a name; what it meant before stays.
    pub(super) fn own(&mut self, module: UnitIx, name: Name, meaning: Meaning) {
        if name.is_empty() {
            return;
        }
        let slot = self.slots.entry((module, name)).or_default();
        slot.own = slot.own.or(meaning);
    }

    pub(super) fn slot(&self, module: UnitIx, name: Name) -> Option<&Slot> {
        self.slots.get(&(module, name))
    }

    pub(super) fn nested(&self, module: UnitIx, name: Name) -> Meaning {
        self.nested.get(&(module, name)).copied().unwrap_or(Meaning::NONE)
    }
}

/// The ranges of the outermost functions, in order.
fn bodies(facts: &FileFacts) -> Vec<Span> {
    let outermost = facts.functions.iter().skip(1).filter(|function| !is_nested(function));
    // What runs for a whole class is no body around it.
    let whole = |function: &Function| {
        let unit = facts.units.get(function.unit.index());
        unit.is_some_and(|unit| unit.kind != UnitKind::Module && function.span.covers(unit.span))
    };
    let spans = outermost.filter(|function| !whole(function)).map(|function| function.span);
    let mut bodies: Vec<Span> = spans.filter(|span| span.start < span.end).collect();
    bodies.sort_unstable();
    bodies
}

fn is_class(facts: &FileFacts, unit: UnitIx) -> bool {
    facts.units.get(unit.index()).is_some_and(|unit| matches!(unit.kind, UnitKind::Class | UnitKind::Enum))
}

/// Is it written inside another function than the top level?
pub(super) fn is_nested(function: &Function) -> bool {
    function.outer.is_some_and(|outer| outer != FunctionIx(0))
}

/// The module that a unit stands in: itself if it is one.
pub(super) fn module_of(facts: &FileFacts, unit: UnitIx) -> UnitIx {
    let mut at = unit;
    for _ in 0..facts.units.len() {
        match facts.units.get(at.index()) {
            Some(unit) if unit.kind != UnitKind::Module => at = unit.parent.unwrap_or(UnitIx(0)),
            Some(_) => return at,
            None => break,
        }
    }
    UnitIx(0)
}
