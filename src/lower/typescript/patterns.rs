//! Binding patterns: `const { a, b: [c = 1, ...rest] } = value`, parameters, `catch (e)`.

use oxc_ast::ast::{self, BindingPattern, Expression};
use oxc_span::GetSpan;

use super::bindings::Said;
use super::context::{Lower, at};
use super::expressions::term;
use crate::facts::{Elem, Span, Test, Value};
use crate::names::Name;

impl<'a> Lower<'a> {
    /// Binds every name of the pattern to its part of the value.
    pub(super) fn bind(&mut self, pattern: &'a BindingPattern<'a>, value: Value, said: Said) {
        let constant = said.constant;
        let part_said = || Said { constant, ..Said::default() };
        match pattern {
            BindingPattern::BindingIdentifier(id) => self.declare(id, value, said),
            BindingPattern::ObjectPattern(object) => {
                let value = self.steady(value, at(object.span));
                for property in &object.properties {
                    let elem = self.key(&property.key, property.computed);
                    let part = self.part(value.clone(), elem, at(property.span));
                    self.bind(&property.value, part, part_said());
                }
                if let Some(rest) = &object.rest {
                    let rest_value = Value::Record(vec![(Name::new("..."), value)]);
                    self.bind(&rest.argument, rest_value, part_said());
                }
            }
            BindingPattern::ArrayPattern(array) => {
                let value = self.steady(value, at(array.span));
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let elem = Elem::Key(Value::Int(index as i64));
                        let part = self.part(value.clone(), elem, at(element.span()));
                        self.bind(element, part, part_said());
                    }
                }
                if let Some(rest) = &array.rest {
                    let part = self.part(value, Elem::Any, at(rest.span));
                    self.bind(&rest.argument, part, part_said());
                }
            }
            BindingPattern::AssignmentPattern(default) => {
                let name = default.left.get_binding_identifier().map(|id| id.name.as_str());
                self.hint = name.map(|name| self.name(name));
                let value = self.or_default(value, &default.right, at(default.span));
                self.bind(&default.left, value, said);
            }
        }
    }

    /// The value, or the default where it is missing.
    pub(super) fn or_default(&mut self, value: Value, default: &'a Expression<'a>, span: Span) -> Value {
        let hint = self.hint.take();
        if self.is_simple(default) {
            self.hint = hint;
            let default = self.expr(default);
            self.hint = None;
            return term(vec![value, default]);
        }
        let into = self.body().reg();
        let (missing, given, join) = (self.body().block(), self.body().block(), self.body().block());
        self.body().branch(span, Test::Absent(value.clone()), missing, given);
        self.body().start(missing);
        self.hint = hint;
        let default = self.expr(default);
        self.hint = None;
        self.body().bind(span, into, default);
        self.body().goto(join);
        self.body().start(given);
        self.body().bind(span, into, value);
        self.body().start(join);
        Value::Reg(into)
    }

    /// A property's key, as the way to it.
    pub(super) fn key(&mut self, key: &'a ast::PropertyKey<'a>, computed: bool) -> Elem {
        match key {
            ast::PropertyKey::StaticIdentifier(id) => Elem::Field(self.name(id.name.as_str())),
            ast::PropertyKey::PrivateIdentifier(id) => Elem::Field(self.name(self.slice(id.span))),
            ast::PropertyKey::StringLiteral(text) => Elem::Field(self.name(text.value.as_str())),
            key => match key.as_expression() {
                Some(expression) if computed || matches!(expression, Expression::NumericLiteral(_)) => {
                    Elem::Key(self.expr(expression))
                }
                _ => Elem::Field(self.name(self.slice(key.span()))),
            },
        }
    }

    /// A key as a name: computed ones as they are written, `[Symbol.iterator]`.
    pub(super) fn key_name(&mut self, key: &ast::PropertyKey<'a>, computed: bool) -> Name {
        match key {
            ast::PropertyKey::StaticIdentifier(id) => self.name(id.name.as_str()),
            ast::PropertyKey::StringLiteral(text) => self.name(text.value.as_str()),
            key if computed => Name::new(&format!("[{}]", self.slice(key.span()))),
            key => self.name(self.slice(key.span())),
        }
    }
}
