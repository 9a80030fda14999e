//! Object literals: a record, or a unit when its methods share its fields.

use oxc_ast::ast::{self, Expression};
use oxc_span::GetSpan;

use super::classes::plain_field;
use super::context::{Lower, at};
use super::functions::{Code, Shape};
use crate::facts::{
    Elem, FunctionKind, Place, Receiver, Root, Type, Unit, UnitIx, UnitKind, Value, Visibility, WriteHow,
};
use crate::names::Name;

impl<'a> Lower<'a> {
    pub(super) fn object(&mut self, object: &'a ast::ObjectExpression<'a>, hint: Option<Name>) -> Value {
        if object.properties.iter().any(|property| self.has_receiver(property)) {
            return self.object_unit(object, hint);
        }
        let mut fields = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            match property {
                ast::ObjectPropertyKind::SpreadProperty(spread) => {
                    let value = self.expr(&spread.argument);
                    fields.push((self.name("..."), value));
                }
                ast::ObjectPropertyKind::ObjectProperty(property) => {
                    if property.computed
                        && let Some(key) = property.key.as_expression()
                    {
                        self.expr(key);
                    }
                    let name = self.key_name(&property.key, property.computed);
                    let value = self.expr_named(name, &property.value);
                    fields.push((name, value));
                }
            }
        }
        Value::Record(fields)
    }

    /// A shorthand method, an accessor, or a `function` that says `this`.
    fn has_receiver(&self, property: &'a ast::ObjectPropertyKind<'a>) -> bool {
        match property {
            ast::ObjectPropertyKind::ObjectProperty(property) => {
                property.method
                    || property.kind != ast::PropertyKind::Init
                    || matches!(&property.value, Expression::FunctionExpression(function)
                        if self.slice(function.span).contains("this"))
            }
            ast::ObjectPropertyKind::SpreadProperty(_) => false,
        }
    }

    /// The literal is a unit: its other properties are written into it one by one.
    fn object_unit(&mut self, object: &'a ast::ObjectExpression<'a>, hint: Option<Name>) -> Value {
        let span = at(object.span);
        let key = object.span.start;
        let unit = match self.objects.get(&key) {
            Some(unit) => *unit,
            None => self.new_object_unit(object, hint),
        };
        let first = self.facts.units[unit.index()].fields.is_empty();
        let itself = self.body().reg();
        self.body().bind(span, itself, Value::Class(unit));
        self.frame.objects.push((itself, unit));
        for property in &object.properties {
            match property {
                ast::ObjectPropertyKind::SpreadProperty(spread) => {
                    let value = self.expr(&spread.argument);
                    self.object_field(unit, itself, "...", value, spread.span, first);
                }
                ast::ObjectPropertyKind::ObjectProperty(property) => {
                    if property.computed
                        && let Some(key) = property.key.as_expression()
                    {
                        self.expr(key);
                    }
                    let name = self.key_name(&property.key, property.computed);
                    match &property.value {
                        Expression::FunctionExpression(function) => self.object_method(property, function, unit, name),
                        value => {
                            let value = self.expr_named(name, value);
                            self.object_field(unit, itself, name.as_str(), value, property.span, first);
                        }
                    }
                }
            }
        }
        Value::Reg(itself)
    }

    fn new_object_unit(&mut self, object: &'a ast::ObjectExpression<'a>, hint: Option<Name>) -> UnitIx {
        let unit = UnitIx(self.facts.units.len() as u32);
        let name = hint.unwrap_or_else(|| Name::new(""));
        self.facts.units.push(Unit {
            name,
            kind: UnitKind::Object,
            span: at(object.span),
            parent: Some(self.frame.unit),
            bases: Vec::new(),
            fields: Vec::new(),
            exported: false,
            decorators: Vec::new(),
            test: self.facts.test,
            generics: Vec::new(),
        });
        self.objects.insert(object.span.start, unit);
        unit
    }

    fn object_field(
        &mut self,
        unit: UnitIx,
        itself: crate::facts::Reg,
        name: &'a str,
        value: Value,
        span: oxc_span::Span,
        first: bool,
    ) {
        let name = self.name(name);
        if first {
            let mut field = plain_field(name, Type::Unknown, at(span));
            field.init = self.lasting(&value);
            self.field(unit, field);
        }
        let place = Place { root: Root::Value(itself), path: vec![Elem::Field(name)] };
        self.body().write(at(span), place, WriteHow::Init, value);
    }

    fn object_method(
        &mut self,
        property: &'a ast::ObjectProperty<'a>,
        function: &'a ast::Function<'a>,
        unit: UnitIx,
        name: Name,
    ) {
        let kind = match property.kind {
            ast::PropertyKind::Init => FunctionKind::Method,
            ast::PropertyKind::Get => FunctionKind::Getter,
            ast::PropertyKind::Set => FunctionKind::Setter,
        };
        self.function(
            Code::Plain(function),
            Shape {
                name,
                name_span: at(property.key.span()),
                span: at(property.span),
                unit,
                kind,
                receiver: Receiver::Shared,
                visibility: Visibility::Public,
                decorators: Vec::new(),
                class: None,
                derived: false,
            },
        );
    }
}
