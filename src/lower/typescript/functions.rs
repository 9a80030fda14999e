//! Functions of every kind: declarations, methods, arrows, accessors.

use oxc_ast::ast;
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeId;

use super::bindings::Said;
use super::context::{Frame, Lower, at};
use super::types;
use crate::facts::{
    Decorator, Exit, Function, FunctionIx, FunctionKind, Param, Place, Receiver, Root, Span, Type, UnitIx, Value,
    Visibility, WriteHow,
};
use crate::names::Name;

/// The two ways to write a function.
#[derive(Clone, Copy)]
pub(super) enum Code<'a> {
    Plain(&'a ast::Function<'a>),
    Arrow(&'a ast::ArrowFunctionExpression<'a>),
}

/// What a function is besides its code.
pub(super) struct Shape {
    pub(super) name: Name,
    pub(super) name_span: Span,
    pub(super) span: Span,
    pub(super) unit: UnitIx,
    pub(super) kind: FunctionKind,
    pub(super) receiver: Receiver,
    pub(super) visibility: Visibility,
    pub(super) decorators: Vec<Decorator>,
    /// A static member's `this`.
    pub(super) class: Option<Place>,
    /// The constructor of a class that extends another.
    pub(super) derived: bool,
}

impl<'a> Code<'a> {
    fn scope(self) -> Option<ScopeId> {
        match self {
            Code::Plain(function) => function.scope_id.get(),
            Code::Arrow(arrow) => arrow.scope_id.get(),
        }
    }

    fn params(self) -> &'a ast::FormalParameters<'a> {
        match self {
            Code::Plain(function) => &function.params,
            Code::Arrow(arrow) => &arrow.params,
        }
    }

    fn span(self) -> oxc_span::Span {
        match self {
            Code::Plain(function) => function.span,
            Code::Arrow(arrow) => arrow.span,
        }
    }
}

impl<'a> Lower<'a> {
    /// An arrow or function expression; its name is what it is given to.
    pub(super) fn closure(&mut self, code: Code<'a>, hint: Option<Name>) -> FunctionIx {
        let span = at(code.span());
        let mut name_span = Span::new(span.start, code.params().span.end.clamp(span.start, span.end));
        let mut name = hint;
        let mut receiver = Receiver::Outer;
        if let Code::Plain(function) = code {
            receiver = Receiver::None;
            if let Some(id) = &function.id {
                name = Some(self.name(id.name.as_str()));
                name_span = at(id.span);
            }
        }
        let unit = self.frame.unit;
        let class = if receiver == Receiver::Outer { self.frame.class.clone() } else { None };
        self.function(
            code,
            Shape {
                name: name.unwrap_or_else(|| Name::new("")),
                name_span,
                span,
                unit,
                kind: FunctionKind::Closure,
                receiver,
                visibility: Visibility::Private,
                decorators: Vec::new(),
                class,
                derived: false,
            },
        )
    }

    /// A function declaration, hoisted by the statements around it.
    pub(super) fn declared_function(&mut self, function: &'a ast::Function<'a>, name: Name) -> FunctionIx {
        let span = at(function.span);
        let name_span =
            function.id.as_ref().map_or(Span::new(span.start, function.params.span.start), |id| at(id.span));
        let unit = self.frame.unit;
        self.function(
            Code::Plain(function),
            Shape {
                name,
                name_span,
                span,
                unit,
                kind: FunctionKind::Plain,
                receiver: Receiver::None,
                visibility: Visibility::Private,
                decorators: Vec::new(),
                class: None,
                derived: false,
            },
        )
    }

    /// Writes the function, unless an earlier copy of the code around it did.
    pub(super) fn function(&mut self, code: Code<'a>, shape: Shape) -> FunctionIx {
        let scope = code.scope();
        if let Some(ix) = scope.and_then(|scope| self.homes[scope.index()]) {
            return ix;
        }
        let (is_async, is_generator, returns, generics) = match code {
            Code::Plain(function) => (
                function.r#async,
                function.generator,
                self.annotation(function.return_type.as_deref()),
                self.generics(function.type_parameters.as_deref()),
            ),
            Code::Arrow(arrow) => (
                arrow.r#async,
                false,
                self.annotation(arrow.return_type.as_deref()),
                self.generics(arrow.type_parameters.as_deref()),
            ),
        };
        let unit = shape.unit;
        let mut frame = self.new_function(shape.name, shape.span, unit, shape.kind, shape.receiver);
        let ix = frame.ix;
        frame.class = shape.class;
        frame.derived = shape.derived;
        let params = self.params(code.params());
        let function = &mut self.facts.functions[ix.index()];
        function.name_span = shape.name_span;
        function.visibility = shape.visibility;
        function.decorators = shape.decorators;
        function.is_async = is_async;
        function.is_generator = is_generator;
        function.returns = returns;
        function.generics = generics;
        function.params = params;
        if let Some(scope) = scope {
            self.homes[scope.index()] = Some(ix);
        }
        self.inside(frame, |lower| {
            lower.code(code);
            lower.fill_holes(u32::MAX);
        });
        ix
    }

    /// An empty function of this file, written in the current one.
    pub(super) fn new_function(
        &mut self,
        name: Name,
        span: Span,
        unit: UnitIx,
        kind: FunctionKind,
        receiver: Receiver,
    ) -> Frame<'a> {
        let ix = FunctionIx(self.facts.functions.len() as u32);
        self.facts.functions.push(Function {
            name,
            span,
            name_span: span,
            unit,
            outer: Some(self.frame.ix),
            kind,
            is_async: false,
            is_generator: false,
            receiver,
            visibility: Visibility::Private,
            params: Vec::new(),
            returns: Type::Unknown,
            decorators: Vec::new(),
            test: self.facts.test,
            generics: Vec::new(),
            locals: Vec::new(),
            places: Vec::new(),
            blocks: Vec::new(),
            registers: 0,
        });
        Frame::new(ix, unit)
    }

    fn params(&mut self, params: &'a ast::FormalParameters<'a>) -> Vec<Param> {
        let mut out = Vec::with_capacity(params.items.len() + usize::from(params.rest.is_some()));
        for param in &params.items {
            let name = match &param.pattern {
                ast::BindingPattern::BindingIdentifier(id) => self.name(id.name.as_str()),
                _ => self.name(""),
            };
            let mut ty = self.annotation(param.type_annotation.as_deref());
            if param.optional && ty != Type::Unknown {
                ty = types::or_undefined(ty);
            }
            out.push(Param { name, ty, span: at(param.span), rest: false });
        }
        if let Some(rest) = &params.rest {
            let name = match &rest.rest.argument {
                ast::BindingPattern::BindingIdentifier(id) => self.name(id.name.as_str()),
                _ => self.name(""),
            };
            let ty = self.annotation(rest.type_annotation.as_deref());
            out.push(Param { name, ty, span: at(rest.span), rest: true });
        }
        out
    }

    fn code(&mut self, code: Code<'a>) {
        if let Code::Plain(function) = code
            && let Some(id) = &function.id
            && function.r#type == ast::FunctionType::FunctionExpression
            && let Some(symbol) = id.symbol_id.get()
        {
            self.symbols[symbol.index()].value = Some(Value::Function(self.frame.ix));
        }
        self.bind_params(code.params());
        match code {
            Code::Plain(function) => {
                if let Some(body) = &function.body {
                    self.statements(&body.statements);
                }
            }
            Code::Arrow(arrow) => match &arrow.body {
                ast::ArrowFunctionBody::FunctionBody(body) => self.statements(&body.statements),
                body => {
                    if let Some(expression) = body.as_expression() {
                        let value = self.returned(expression);
                        let span = at(expression.span());
                        self.body().exit(Exit::Return { value, span });
                    }
                }
            },
        }
    }

    fn bind_params(&mut self, params: &'a ast::FormalParameters<'a>) {
        let mut waiting = Vec::new();
        for (index, param) in params.items.iter().enumerate() {
            let index = index as u16;
            let mut value = Value::Param(index);
            if let Some(default) = &param.initializer {
                value = self.or_default(value, default, at(param.span));
            }
            self.bind_param(&param.pattern, value, index);
            if param.has_modifier()
                && let Some(id) = param.pattern.get_binding_identifier()
            {
                let name = self.name(id.name.as_str());
                waiting.push((name, index, at(param.span)));
            }
        }
        if let Some(rest) = &params.rest {
            let index = params.items.len() as u16;
            self.bind_param(&rest.rest.argument, Value::Param(index), index);
        }
        self.frame.after_super = waiting;
        // A derived class has no `this` before `super(…)`.
        if !self.frame.derived {
            self.write_parameter_properties();
        }
    }

    fn bind_param(&mut self, pattern: &'a ast::BindingPattern<'a>, value: Value, index: u16) {
        if let ast::BindingPattern::BindingIdentifier(id) = pattern
            && let Some(symbol) = id.symbol_id.get()
            && value == Value::Param(index)
        {
            self.symbols[symbol.index()].param = Some(index);
        }
        let mut said = Said::default();
        if let ast::BindingPattern::BindingIdentifier(id) = pattern
            && id.symbol_id.get().is_some_and(|symbol| self.is_mutable(symbol))
        {
            said.ty = self.facts.functions[self.frame.ix.index()].params[usize::from(index)].ty.clone();
        }
        self.bind(pattern, value, said);
    }

    /// `constructor(private store: Store)` writes `this.store`.
    pub(super) fn write_parameter_properties(&mut self) {
        for (name, index, span) in std::mem::take(&mut self.frame.after_super) {
            let place = Place { root: Root::This, path: vec![crate::facts::Elem::Field(name)] };
            self.body().write(span, place, WriteHow::Init, Value::Param(index));
        }
    }
}
