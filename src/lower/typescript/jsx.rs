//! JSX: an element is a call with its props as named arguments and its children after them.

use oxc_ast::ast::{self, JSXAttributeItem, JSXAttributeValue, JSXChild};
use oxc_span::GetSpan;

use super::context::{Lower, at};
use crate::facts::{Arg, Callee, Elem, Passing, Place, Value};
use crate::names::Name;

impl<'a> Lower<'a> {
    pub(super) fn element(&mut self, element: &'a ast::JSXElement<'a>) -> Value {
        let place = self.element_name(&element.opening_element.name);
        let callee = Callee::Element(self.body().place(place));
        let mut args = Vec::with_capacity(element.opening_element.attributes.len() + element.children.len());
        for attribute in &element.opening_element.attributes {
            args.push(self.attribute(attribute));
        }
        self.children(&element.children, &mut args);
        Value::Reg(self.body().call(at(element.span), callee, args))
    }

    pub(super) fn fragment(&mut self, fragment: &'a ast::JSXFragment<'a>) -> Value {
        let mut args = Vec::new();
        self.children(&fragment.children, &mut args);
        Value::List(args.into_iter().map(|arg| arg.value).collect())
    }

    fn attribute(&mut self, attribute: &'a JSXAttributeItem<'a>) -> Arg {
        match attribute {
            JSXAttributeItem::SpreadAttribute(spread) => {
                Arg { name: None, value: self.expr(&spread.argument), passing: Passing::Spread }
            }
            JSXAttributeItem::Attribute(attribute) => {
                let name = match &attribute.name {
                    ast::JSXAttributeName::Identifier(name) => self.name(name.name.as_str()),
                    ast::JSXAttributeName::NamespacedName(name) => self.name(self.slice(name.span)),
                };
                let value = match &attribute.value {
                    None => Value::Bool(true),
                    Some(value) => self.attribute_value(name, value),
                };
                Arg { name: Some(name), value, passing: Passing::Value }
            }
        }
    }

    fn attribute_value(&mut self, name: Name, value: &'a JSXAttributeValue<'a>) -> Value {
        match value {
            JSXAttributeValue::StringLiteral(text) => Value::Text(self.name(text.value.as_str())),
            JSXAttributeValue::ExpressionContainer(container) => match container.expression.as_expression() {
                Some(expression) => self.expr_named(name, expression),
                None => Value::Absent,
            },
            JSXAttributeValue::Element(element) => self.nested(element),
            JSXAttributeValue::Fragment(fragment) => self.fragment(fragment),
        }
    }

    fn children(&mut self, children: &'a [JSXChild<'a>], args: &mut Vec<Arg>) {
        for child in children {
            let (value, passing) = match child {
                JSXChild::Text(_) => continue,
                JSXChild::Element(element) => (self.nested(element), Passing::Value),
                JSXChild::Fragment(fragment) => {
                    let span = at(fragment.span);
                    let value = self.deeper(span, |lower| lower.fragment(fragment)).unwrap_or_default();
                    (value, Passing::Value)
                }
                JSXChild::ExpressionContainer(container) => match container.expression.as_expression() {
                    Some(expression) => (self.expr(expression), Passing::Value),
                    None => continue,
                },
                JSXChild::Spread(spread) => (self.expr(&spread.expression), Passing::Spread),
            };
            args.push(Arg { name: None, value, passing });
        }
    }

    fn nested(&mut self, element: &'a ast::JSXElement<'a>) -> Value {
        self.deeper(at(element.span), |lower| lower.element(element)).unwrap_or_default()
    }

    fn element_name(&mut self, name: &'a ast::JSXElementName<'a>) -> Place {
        match name {
            ast::JSXElementName::Identifier(id) => self.global(id.name.as_str()),
            ast::JSXElementName::IdentifierReference(id) => self.place_of_name(id),
            ast::JSXElementName::NamespacedName(name) => self.global(self.slice(name.span)),
            ast::JSXElementName::ThisExpression(_) => self.this(),
            ast::JSXElementName::MemberExpression(member) => self.element_member(member),
        }
    }

    fn element_member(&mut self, mut member: &'a ast::JSXMemberExpression<'a>) -> Place {
        let mut names = vec![member.property.name.as_str()];
        let mut place = loop {
            match &member.object {
                ast::JSXMemberExpressionObject::IdentifierReference(id) => break self.place_of_name(id),
                ast::JSXMemberExpressionObject::ThisExpression(_) => break self.this(),
                ast::JSXMemberExpressionObject::MemberExpression(inner) => {
                    names.push(inner.property.name.as_str());
                    member = inner;
                }
            }
        };
        for name in names.into_iter().rev() {
            place.path.push(Elem::Field(self.name(name)));
        }
        debug_assert!(member.span().start <= member.span().end);
        place
    }
}
