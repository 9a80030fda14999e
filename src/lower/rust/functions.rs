//! Functions: signatures, parameters, and the frame that a body is written in. Function 0 is the module itself: it
//! initialises the statics and constants.

use std::rc::Rc;

use syn::{FnArg, Item, ReceiverKind, Signature};

use super::assigned;
use super::file::{Lower, name_of};
use super::frame::Frame;
use super::items::{is_test, visibility};
use super::scopes::Taken;
use super::types;
use super::variables::NewVariable;
use crate::facts::{
    Decorator, Exit, Field, Function, FunctionIx, FunctionKind, Param, Place, Receiver, Root, Span, Type, UnitIx,
    Value, Visibility, WriteHow,
};
use crate::names::Name;

/// What is known of a function before its body is read.
pub(super) struct Head {
    pub(super) name: Name,
    pub(super) span: Span,
    pub(super) name_span: Span,
    pub(super) unit: UnitIx,
    pub(super) kind: FunctionKind,
    pub(super) is_async: bool,
    pub(super) receiver: Receiver,
    pub(super) visibility: Visibility,
    pub(super) returns: Type,
    pub(super) decorators: Vec<Decorator>,
    pub(super) test: bool,
    pub(super) generics: Vec<(Name, Type)>,
}

/// Where a function stands: its unit, and what that adds.
pub(super) struct Home {
    pub(super) unit: UnitIx,
    pub(super) kind: FunctionKind,
    pub(super) visibility: Option<Visibility>,
    pub(super) generics: Vec<(Name, Type)>,
    /// The receiver is a shared pointer.
    pub(super) shared: bool,
    pub(super) test: bool,
}

impl Lower<'_> {
    /// The whole file: its items, then its bodies.
    pub(super) fn module_body(&mut self, parsed: &syn::File) {
        let function = self.reserve();
        let span = self.facts.units[0].span;
        let test = self.test;
        let head = Head {
            name: Name::new(""),
            span,
            name_span: Span::new(0, 0),
            unit: UnitIx(0),
            kind: FunctionKind::Module,
            is_async: false,
            receiver: Receiver::None,
            visibility: Visibility::Private,
            returns: Type::named("()"),
            decorators: self.decorators(&parsed.attrs),
            test,
            generics: Vec::new(),
        };
        self.frames.push(Frame::new(function, UnitIx(0), false, Rc::default()));
        self.enter_items(&parsed.items);
        self.items(&parsed.items);
        self.finish_function(head, None, Vec::new(), Value::List(Vec::new()));
    }

    /// Lowers what stands in the bodies of items.
    pub(super) fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    pub(super) fn item(&mut self, item: &Item) {
        match item {
            Item::Fn(item) => {
                let home = self.module_home(&item.attrs);
                let function = self.reserve();
                self.function(function, &item.sig, &item.vis, &item.attrs, home, Some(&item.block));
            }
            Item::Impl(item) => self.impl_item(item),
            Item::Trait(item) => self.trait_item(item),
            Item::Static(item) => {
                let constant = matches!(item.mutability, syn::StaticMutability::None);
                let unit = self.module;
                self.static_field(unit, (&item.ident, &item.ty), Some(&item.expr), (&item.vis, constant));
            }
            Item::Const(item) if item.ident != "_" => {
                let unit = self.module;
                self.static_field(unit, (&item.ident, &item.ty), Some(&item.expr), (&item.vis, true));
            }
            Item::Mod(item) => self.inline_mod(item),
            Item::Macro(item) => self.item_macro(item),
            Item::ForeignMod(item) => self.foreign(item),
            _ => {}
        }
    }

    fn module_home(&self, attrs: &[syn::Attribute]) -> Home {
        Home {
            unit: self.module,
            kind: FunctionKind::Plain,
            visibility: None,
            generics: Vec::new(),
            shared: false,
            test: self.test || is_test(attrs),
        }
    }

    fn inline_mod(&mut self, item: &syn::ItemMod) {
        let Some((_, items)) = &item.content else { return };
        let name = name_of(&item.ident);
        let here = self.module;
        let known =
            self.facts.mods.iter().find(|known| known.parent == here && known.name == name && known.unit.is_some());
        let Some((unit, test)) = known.and_then(|known| Some((known.unit?, known.test))) else { return };
        let outer = (std::mem::replace(&mut self.module, unit), std::mem::replace(&mut self.test, test));
        self.items(items);
        (self.module, self.test) = outer;
    }

    fn foreign(&mut self, item: &syn::ItemForeignMod) {
        for item in &item.items {
            match item {
                syn::ForeignItem::Fn(item) => {
                    let home = self.module_home(&item.attrs);
                    let function = self.reserve();
                    self.function(function, &item.sig, &item.vis, &item.attrs, home, None);
                }
                syn::ForeignItem::Static(item) => {
                    let constant = matches!(item.mutability, syn::StaticMutability::None);
                    let unit = self.module;
                    self.static_field(unit, (&item.ident, &item.ty), None, (&item.vis, constant));
                }
                _ => {}
            }
        }
    }

    /// A `static` or `const`: a field of the unit, initialised by the module's function. Gives the field's name.
    pub(super) fn static_field(
        &mut self,
        unit: UnitIx,
        (ident, ty): (&syn::Ident, &syn::Type),
        init: Option<&syn::Expr>,
        (vis, constant): (&syn::Visibility, bool),
    ) -> Name {
        let mut name = name_of(ident);
        if self.facts.units[unit.index()].fields.iter().any(|field| field.is_static && field.name == name) {
            let at = self.facts.units[unit.index()].fields.len();
            name = Name::new(&format!("{name}#{at}"));
        }
        let span = self.bytes(ident.span());
        let private = visibility(vis) == Visibility::Private;
        let made = init.map_or(Type::Unknown, made);
        let ty = types::ty(ty);
        let at = self.facts.units[unit.index()].fields.len();
        let init_value = Value::Unknown;
        self.facts.units[unit.index()].fields.push(Field {
            name,
            ty,
            span,
            init: init_value,
            made,
            is_static: true,
            constant,
            private,
        });
        if let Some(init) = init {
            // Statics of inner functions are initialised by the module as well.
            let inner = self.frames.split_off(1);
            self.init_static(unit, at, init);
            self.frames.extend(inner);
        }
        name
    }

    /// The initial value of a static, in the module's function.
    fn init_static(&mut self, unit: UnitIx, at: usize, init: &syn::Expr) {
        let field = &self.facts.units[unit.index()].fields[at];
        let (name, span) = (field.name, field.span);
        let value = self.static_value(init, span);
        let plain = matches!(
            value,
            Value::Bool(_) | Value::Int(_) | Value::Number(_) | Value::Text(_) | Value::Absent | Value::Function(_)
        );
        if plain {
            self.facts.units[unit.index()].fields[at].init = value;
            return;
        }
        let owner = self.facts.units[unit.index()].name;
        let path = if self.is_module(unit) { name } else { Name::new(&format!("{owner}::{name}")) };
        let place = Place { root: Root::Module, path: vec![crate::facts::Elem::Field(path)] };
        self.frame().body.write(span, place, WriteHow::Init, value);
    }

    fn is_module(&self, unit: UnitIx) -> bool {
        self.facts.units[unit.index()].kind == crate::facts::UnitKind::Module
    }

    fn static_value(&mut self, init: &syn::Expr, span: Span) -> Value {
        let before = self.open_temporaries(span);
        let operand = self.value(init);
        let value = self.take(operand);
        self.close_temporaries(before);
        value
    }

    /// One function with its body; without one it is only declared.
    pub(super) fn function(
        &mut self,
        function: FunctionIx,
        sig: &Signature,
        vis: &syn::Visibility,
        attrs: &[syn::Attribute],
        home: Home,
        block: Option<&syn::Block>,
    ) {
        let last = block.map_or_else(|| sig.paren_token.span.close(), |block| block.brace_token.span.close());
        let mut generics = home.generics;
        generics.extend(types::generics(&sig.generics));
        let head = Head {
            name: name_of(&sig.ident),
            span: self.between((first_token(sig, vis), last)),
            name_span: self.bytes(sig.ident.span()),
            unit: home.unit,
            kind: home.kind,
            is_async: sig.asyncness.is_some(),
            receiver: receiver(sig, home.shared),
            visibility: home.visibility.unwrap_or_else(|| visibility(vis)),
            returns: types::returned(&sig.output),
            decorators: self.decorators(attrs),
            test: home.test || is_test(attrs),
            generics,
        };
        let outer = self.frames.last().filter(|_| self.frames.len() > 1).map(|frame| frame.function);
        // Where nothing is `mut` and nothing is declared without a value, nothing is assigned to.
        let assigns = self.mentions(head.span, b"mut ");
        let assigned = Rc::new(block.filter(|_| assigns).map(assigned::names).unwrap_or_default());
        self.frames.push(Frame::new(function, head.unit, false, assigned));
        let end = self.after(last);
        self.frame().scopes[0].end = end;
        self.frame().start = head.span.start;
        let test = std::mem::replace(&mut self.test, head.test);
        let params = self.params(sig, head.receiver);
        let value = match block {
            Some(block) => self.function_block(block),
            None => {
                self.frame().body.unknown(head.name_span, "declared");
                Value::Unknown
            }
        };
        self.finish_function(head, outer, params, value);
        self.test = test;
    }

    /// The block of a function: its tail's temporaries end after its variables up to edition 2021.
    pub(super) fn function_block(&mut self, block: &syn::Block) -> Value {
        let end = self.after(block.brace_token.span.close());
        let before = self.open_temporaries(end);
        let operand = self.block(block, super::expressions::To::VALUE);
        let value = self.take(operand);
        self.close_temporaries(before);
        value
    }

    /// Ends the body with this value and enters the function in the facts.
    pub(super) fn finish_function(&mut self, head: Head, outer: Option<FunctionIx>, params: Vec<Param>, value: Value) {
        let end = Span::new(head.span.end, head.span.end);
        self.leave_function(Exit::Return { value, span: end });
        self.write_cleanups();
        let Some(frame) = self.frames.pop() else { return };
        let built = frame.body.finish(Exit::Never);
        self.facts.functions[frame.function.index()] = Function {
            name: head.name,
            span: head.span,
            name_span: head.name_span,
            unit: head.unit,
            outer,
            kind: head.kind,
            is_async: head.is_async,
            is_generator: false,
            receiver: head.receiver,
            visibility: head.visibility,
            params,
            returns: head.returns,
            decorators: head.decorators,
            test: head.test,
            generics: head.generics,
            locals: frame.locals,
            places: built.places,
            blocks: built.blocks,
            registers: built.registers,
        };
    }

    /// The parameters in order; their values end with the function, after everything else.
    fn params(&mut self, sig: &Signature, receiver: Receiver) -> Vec<Param> {
        let function = self.frame().function;
        if receiver == Receiver::Owned {
            self.own_place(Place { root: Root::This, path: Vec::new() }, 0);
        }
        let typed: Vec<&syn::PatType> = sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(param) => Some(param),
                FnArg::Receiver(_) => None,
            })
            .collect();
        let params: Vec<Param> = typed.iter().map(|param| self.param(&param.pat, types::ty(&param.ty))).collect();
        // The facts need the parameters before places name them.
        self.facts.functions[function.index()].params.clone_from(&params);
        for (at, param) in typed.iter().enumerate() {
            self.bind_param(&param.pat, at as u16, params[at].ty.clone());
        }
        params
    }

    pub(super) fn param(&self, pattern: &syn::Pat, ty: Type) -> Param {
        let span = self.bytes(super::spans::pattern(pattern));
        let name = match pattern {
            syn::Pat::Ident(ident) => name_of(&ident.ident),
            _ => Name::new(""),
        };
        Param { name, ty, span, rest: false }
    }

    /// The variables that a parameter's pattern binds.
    pub(super) fn bind_param(&mut self, pattern: &syn::Pat, at: u16, ty: Type) {
        let span = self.bytes(super::spans::pattern(pattern));
        let owned = types::may_own(&ty);
        if let syn::Pat::Ident(ident) = pattern
            && ident.subpat.is_none()
        {
            let mutable = ident.mutability.is_some();
            let new = NewVariable { name: name_of(&ident.ident), span, ty, mutable };
            self.declare(new, Taken { value: Value::Param(at), owned }, 0);
            return;
        }
        let function = self.frame().function;
        let operand = if owned {
            let owner = self.own_place(Place { root: Root::Param(function, at), path: Vec::new() }, 0);
            super::scopes::Operand { value: Value::Param(at), from: super::scopes::From::Owner(owner) }
        } else {
            super::scopes::Operand::plain(Value::Param(at))
        };
        self.bind_pattern(pattern, operand, 0);
    }
}

fn first_token(sig: &Signature, vis: &syn::Visibility) -> proc_macro2::Span {
    match (vis, &sig.constness, &sig.asyncness) {
        (syn::Visibility::Public(token), ..) => token.span,
        (syn::Visibility::Restricted(inside), ..) => inside.pub_token.span,
        (_, Some(token), _) => token.span,
        (_, None, Some(token)) => token.span,
        (_, None, None) => sig.fn_token.span,
    }
}

/// `shared`: of a method of a shared pointer, which leaves nobody alone with what it points to.
fn receiver(sig: &Signature, shared: bool) -> Receiver {
    let Some(receiver) = sig.receiver() else { return Receiver::None };
    match &receiver.kind {
        _ if shared => Receiver::Shared,
        ReceiverKind::Reference(_, _, mutable) => {
            if mutable.is_some() {
                Receiver::Exclusive
            } else {
                Receiver::Shared
            }
        }
        ReceiverKind::Typed(_, ty) => receiver_of(&types::ty(ty)),
        _ => Receiver::Owned,
    }
}

/// `self: &Self`, `self: Arc<Self>`, `self: Pin<&mut Self>`, `self: Box<Self>`.
fn receiver_of(ty: &Type) -> Receiver {
    match ty {
        Type::Ref { mutable: true, .. } => Receiver::Exclusive,
        Type::Ref { mutable: false, .. } => Receiver::Shared,
        Type::Named { args, .. } => match ty.last_name() {
            Some("Arc" | "Rc") => Receiver::Shared,
            Some("Pin") => args.first().map_or(Receiver::Owned, receiver_of),
            _ => Receiver::Owned,
        },
        _ => Receiver::Owned,
    }
}

/// `X::new(…)`: the type named there.
fn made(init: &syn::Expr) -> Type {
    let syn::Expr::Call(call) = init else { return Type::Unknown };
    let syn::Expr::Path(path) = &*call.func else { return Type::Unknown };
    let mut owner = path.path.clone();
    owner.segments.pop();
    owner.segments.pop_punct();
    let is_type = owner.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase));
    if is_type { types::path_type(&owner) } else { Type::Unknown }
}

/// What stands in the facts until the body is written.
pub(super) fn placeholder() -> Function {
    Function {
        name: Name::new(""),
        span: Span::default(),
        name_span: Span::default(),
        unit: UnitIx(0),
        outer: None,
        kind: FunctionKind::Plain,
        is_async: false,
        is_generator: false,
        receiver: Receiver::None,
        visibility: Visibility::Private,
        params: Vec::new(),
        returns: Type::Unknown,
        decorators: Vec::new(),
        test: false,
        generics: Vec::new(),
        locals: Vec::new(),
        places: Vec::new(),
        blocks: Vec::new(),
        registers: 0,
    }
}
