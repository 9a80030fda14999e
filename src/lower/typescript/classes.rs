//! Classes: a unit, its methods, and what its fields start as.

use oxc_ast::ast::{self, ClassElement, Expression};
use oxc_span::GetSpan;

use super::context::{Frame, Lower, at};
use super::functions::{Code, Shape};
use super::types;
use crate::facts::{
    Callee, Decorator, Elem, Field, FunctionKind, Place, Receiver, Root, Span, Type, Unit, UnitIx, UnitKind, Value,
    Visibility, WriteHow,
};
use crate::names::Name;

/// The parts of a field, however it is declared.
struct Property<'a> {
    key: &'a ast::PropertyKey<'a>,
    value: Option<&'a Expression<'a>>,
    ty: Option<&'a ast::TSTypeAnnotation<'a>>,
    computed: bool,
    is_static: bool,
    readonly: bool,
    /// Nothing is known of its first value: `declare x`, `x!: T`, `abstract x`.
    open: bool,
    optional: bool,
    decorators: &'a [ast::Decorator<'a>],
    accessibility: Option<ast::TSAccessibility>,
    span: Span,
}

impl<'a> Lower<'a> {
    pub(super) fn class(&mut self, class: &'a ast::Class<'a>, hint: Option<Name>) -> UnitIx {
        if let Some(unit) = class.scope_id.get().and_then(|scope| self.classes.get(&(scope.index() as u32))) {
            return *unit;
        }
        let name = class.id.as_ref().map(|id| self.name(id.name.as_str())).or(hint);
        let bases = self.bases(class);
        let decorators = self.decorators(&class.decorators);
        let generics = self.generics(class.type_parameters.as_deref());
        let unit = UnitIx(self.facts.units.len() as u32);
        self.facts.units.push(Unit {
            name: name.unwrap_or_else(|| Name::new("")),
            kind: UnitKind::Class,
            span: at(class.span),
            parent: Some(self.frame.unit),
            bases,
            fields: Vec::new(),
            exported: false,
            decorators,
            test: self.facts.test,
            generics,
        });
        if let Some(scope) = class.scope_id.get() {
            self.classes.insert(scope.index() as u32, unit);
        }
        if let Some(id) = &class.id
            && let Some(symbol) = id.symbol_id.get()
        {
            self.symbols[symbol.index()].value = Some(Value::Class(unit));
        }
        let itself = self.class_place(class);
        self.constructor_properties(class, unit);
        for element in &class.body.body {
            if let ClassElement::MethodDefinition(method) = element {
                self.method(method, unit, itself.as_ref(), class.heritage.is_some());
            }
        }
        self.initializer(class, unit, None);
        self.initializer(class, unit, Some(itself));
        unit
    }

    fn bases(&mut self, class: &'a ast::Class<'a>) -> Vec<Type> {
        let mut bases = Vec::new();
        if let Some(heritage) = &class.heritage {
            match heritage.expression.get_inner_expression() {
                expression @ (Expression::Identifier(_) | Expression::StaticMemberExpression(_)) => {
                    let args = self.type_arguments(heritage.type_arguments.as_deref());
                    bases.push(Type::Named { path: self.name(self.slice(expression.span())), args });
                }
                expression => {
                    self.expr(expression);
                }
            }
        }
        for implemented in &class.implements {
            let args = self.type_arguments(implemented.type_arguments.as_deref());
            bases.push(Type::Named { path: self.name(self.slice(implemented.expression.span())), args });
        }
        bases
    }

    /// Where static members find the class: the name it is bound to.
    fn class_place(&mut self, class: &'a ast::Class<'a>) -> Option<Place> {
        let symbol = class.id.as_ref()?.symbol_id.get()?;
        Some(self.place_of_symbol(symbol, at(class.span)))
    }

    fn method(&mut self, method: &'a ast::MethodDefinition<'a>, unit: UnitIx, class: Option<&Place>, derived: bool) {
        let name = self.key_name(&method.key, method.computed);
        if method.computed
            && let Some(key) = method.key.as_expression()
        {
            self.expr(key);
        }
        let private = matches!(method.key, ast::PropertyKey::PrivateIdentifier(_));
        if method.value.body.is_none() {
            if method.r#type == ast::MethodDefinitionType::TSAbstractMethodDefinition {
                let result = self.annotation(method.value.return_type.as_deref());
                let field = plain_field(name, Type::Function { result: Box::new(result) }, at(method.span));
                self.field(unit, field);
            }
            return;
        }
        let kind = match method.kind {
            ast::MethodDefinitionKind::Constructor => FunctionKind::Constructor,
            ast::MethodDefinitionKind::Method => FunctionKind::Method,
            ast::MethodDefinitionKind::Get => FunctionKind::Getter,
            ast::MethodDefinitionKind::Set => FunctionKind::Setter,
        };
        let decorators = self.decorators(&method.decorators);
        for param in &method.value.params.items {
            self.decorators(&param.decorators);
        }
        self.function(
            Code::Plain(&method.value),
            Shape {
                name,
                name_span: at(method.key.span()),
                span: at(method.span),
                unit,
                kind,
                receiver: if method.r#static { Receiver::None } else { Receiver::Shared },
                visibility: visibility(method.accessibility, private),
                decorators,
                class: if method.r#static { class.cloned() } else { None },
                derived: derived && kind == FunctionKind::Constructor,
            },
        );
    }

    /// `constructor(private readonly store: Store)` declares a field.
    fn constructor_properties(&mut self, class: &'a ast::Class<'a>, unit: UnitIx) {
        let constructor = class.body.body.iter().find_map(|element| match element {
            ClassElement::MethodDefinition(method)
                if method.kind == ast::MethodDefinitionKind::Constructor && method.value.body.is_some() =>
            {
                Some(&method.value)
            }
            _ => None,
        });
        let Some(constructor) = constructor else { return };
        for param in constructor.params.items.iter().filter(|param| param.has_modifier()) {
            if let Some(id) = param.pattern.get_binding_identifier() {
                let ty = self.annotation(param.type_annotation.as_deref());
                let name = self.name(id.name.as_str());
                let mut field = plain_field(name, ty, at(param.span));
                field.constant = param.readonly;
                field.private = param.accessibility.is_some_and(ast::TSAccessibility::is_private);
                self.field(unit, field);
            }
        }
    }

    /// Fields get their first values in a function of their own; static ones (and static blocks) in another, which
    /// runs where the class stands.
    fn initializer(&mut self, class: &'a ast::Class<'a>, unit: UnitIx, itself: Option<Option<Place>>) {
        let is_static = itself.is_some();
        let mut frame: Option<Frame<'a>> = None;
        for element in &class.body.body {
            if let ClassElement::StaticBlock(block) = element
                && is_static
            {
                let mut frame_in = self.initializer_frame(frame, class, unit, &itself);
                let scope = block.scope_id.get();
                if let Some(scope) = scope {
                    self.homes[scope.index()] = Some(frame_in.ix);
                }
                frame_in = self.within(frame_in, |lower| lower.statements(&block.body));
                frame = Some(frame_in);
                continue;
            }
            let Some(property) = property(element) else { continue };
            if property.is_static != is_static {
                continue;
            }
            if property.computed
                && let Some(key) = property.key.as_expression()
            {
                self.expr(key);
            }
            self.decorators(property.decorators);
            let name = self.key_name(property.key, property.computed);
            let (mut init, mut made) = (Value::Unknown, Type::Unknown);
            match property.value {
                None if !property.open => init = Value::Absent,
                None => {}
                Some(value) => {
                    made = self.made(value);
                    let mut frame_in = self.initializer_frame(frame, class, unit, &itself);
                    let target = self.own_field(&itself, name);
                    frame_in = self.within(frame_in, |lower| init = lower.first_value(&property, value, name, target));
                    frame = Some(frame_in);
                }
            }
            self.declare_field(&property, unit, name, init, made);
        }
        let Some(frame) = frame else { return };
        let ix = frame.ix;
        self.close(ix, frame);
        if is_static {
            self.body().call(at(class.span), Callee::Value(Value::Function(ix)), Vec::new());
        }
    }

    fn own_field(&self, itself: &Option<Option<Place>>, name: Name) -> Place {
        let mut place = match itself {
            Some(Some(class)) => class.clone(),
            _ => Place { root: Root::This, path: Vec::new() },
        };
        place.path.push(Elem::Field(name));
        place
    }

    fn first_value(&mut self, property: &Property<'a>, value: &'a Expression<'a>, name: Name, target: Place) -> Value {
        let value = self.expr_named(name, value);
        if let Value::Function(ix) = value {
            let private = matches!(property.key, ast::PropertyKey::PrivateIdentifier(_));
            let function = &mut self.facts.functions[ix.index()];
            function.visibility = visibility(property.accessibility, private);
            function.name_span = at(property.key.span());
        }
        self.body().write(property.span, target, WriteHow::Init, value.clone());
        self.lasting(&value)
    }

    fn declare_field(&mut self, property: &Property<'a>, unit: UnitIx, name: Name, init: Value, made: Type) {
        let mut ty = self.annotation(property.ty);
        if ty == Type::Unknown
            && let Some(value) = property.value
        {
            ty = self.asserted(value);
        }
        if property.optional && ty != Type::Unknown {
            ty = types::or_undefined(ty);
        }
        let private = matches!(property.key, ast::PropertyKey::PrivateIdentifier(_));
        self.field(
            unit,
            Field {
                name,
                ty,
                span: property.span,
                init,
                made,
                is_static: property.is_static,
                constant: property.readonly,
                private: visibility(property.accessibility, private) == Visibility::Private,
            },
        );
    }

    fn initializer_frame(
        &mut self,
        frame: Option<Frame<'a>>,
        class: &'a ast::Class<'a>,
        unit: UnitIx,
        itself: &Option<Option<Place>>,
    ) -> Frame<'a> {
        if let Some(frame) = frame {
            return frame;
        }
        let receiver = if itself.is_some() { Receiver::None } else { Receiver::Shared };
        let empty = self.name("");
        let mut frame = self.new_function(empty, at(class.span), unit, FunctionKind::Initializer, receiver);
        frame.class = itself.clone().flatten();
        frame
    }

    /// Writes some steps of another function and gives its frame back unfinished.
    fn within(&mut self, frame: Frame<'a>, write: impl FnOnce(&mut Self)) -> Frame<'a> {
        let outer = std::mem::replace(&mut self.frame, frame);
        write(self);
        std::mem::replace(&mut self.frame, outer)
    }

    /// Decorators by name with their literal arguments; what their arguments do happens here.
    pub(super) fn decorators(&mut self, decorators: &'a [ast::Decorator<'a>]) -> Vec<Decorator> {
        let mut out = Vec::with_capacity(decorators.len());
        for decorator in decorators {
            let (named, args) = match decorator.expression.get_inner_expression() {
                Expression::CallExpression(call) => {
                    let mut args = Vec::new();
                    for argument in &call.arguments {
                        let value = argument.as_expression().map(|argument| self.expr(argument)).unwrap_or_default();
                        args.push(self.lasting(&value));
                    }
                    (&call.callee, args)
                }
                other => (other, Vec::new()),
            };
            out.push(Decorator { name: self.name(self.slice(named.span())), args });
        }
        out
    }
}

fn property<'a>(element: &'a ClassElement<'a>) -> Option<Property<'a>> {
    match element {
        ClassElement::PropertyDefinition(property) => Some(Property {
            key: &property.key,
            value: property.value.as_ref(),
            ty: property.type_annotation.as_deref(),
            computed: property.computed,
            is_static: property.r#static,
            readonly: property.readonly,
            open: property.declare
                || property.definite
                || !property.decorators.is_empty()
                || property.r#type == ast::PropertyDefinitionType::TSAbstractPropertyDefinition,
            optional: property.optional,
            decorators: &property.decorators,
            accessibility: property.accessibility,
            span: at(property.span),
        }),
        ClassElement::AccessorProperty(property) => Some(Property {
            key: &property.key,
            value: property.value.as_ref(),
            ty: property.type_annotation.as_deref(),
            computed: property.computed,
            is_static: property.r#static,
            readonly: false,
            open: property.definite || !property.decorators.is_empty(),
            optional: false,
            decorators: &property.decorators,
            accessibility: property.accessibility,
            span: at(property.span),
        }),
        _ => None,
    }
}

fn visibility(accessibility: Option<ast::TSAccessibility>, private: bool) -> Visibility {
    match accessibility {
        _ if private => Visibility::Private,
        Some(ast::TSAccessibility::Private) => Visibility::Private,
        Some(ast::TSAccessibility::Protected) => Visibility::Inside,
        Some(ast::TSAccessibility::Public) | None => Visibility::Public,
    }
}

pub(super) fn plain_field(name: Name, ty: Type, span: Span) -> Field {
    Field {
        name,
        ty,
        span,
        init: Value::Unknown,
        made: Type::Unknown,
        is_static: false,
        constant: false,
        private: false,
    }
}
