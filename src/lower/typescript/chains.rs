//! Member chains and calls: `a.b?.c[k](x).d`. One loop from the base outwards, so that no chain is too long.

use oxc_ast::ast::{self, Expression};
use oxc_span::GetSpan;

use super::bindings::Ref;
use super::context::{Lower, at};
use crate::facts::{Arg, BlockIx, Callee, Elem, Passing, Place, Root, Span, Test, Value};

/// One link of a chain, seen from outside inwards.
#[derive(Clone, Copy)]
pub(super) enum Link<'a> {
    Field { name: &'a str, span: oxc_span::Span, optional: bool },
    Key { key: &'a Expression<'a>, span: oxc_span::Span, optional: bool },
    Call(&'a ast::CallExpression<'a>),
}

/// Where a chain has come to: a place nobody has read yet, or a value.
pub(super) enum At {
    Place(Place),
    Value(Value),
}

impl<'a> Lower<'a> {
    /// The value of a member or call expression without `?.` around it.
    pub(super) fn chain(&mut self, expression: &'a Expression<'a>) -> Value {
        let end = self.walk(expression, &mut None);
        self.value_at(end, at(expression.span()))
    }

    /// `a?.b.c()`: absent when what stands before a `?.` is.
    pub(super) fn optional_chain(&mut self, chain: &'a ast::ChainExpression<'a>) -> Value {
        let span = at(chain.span);
        let mut short = None;
        let end = self.walk_element(&chain.expression, &mut short);
        let value = self.value_at(end, span);
        let Some(short) = short else { return value };
        let into = self.body().reg();
        let join = self.body().block();
        self.body().bind(span, into, value);
        self.body().goto(join);
        self.body().start(short);
        self.body().bind(span, into, Value::Absent);
        self.body().start(join);
        Value::Reg(into)
    }

    /// The same as a condition: a short-circuited chain goes to `short`.
    pub(super) fn chain_until(&mut self, chain: &'a ast::ChainExpression<'a>, short: BlockIx) -> Value {
        let end = self.walk_element(&chain.expression, &mut Some(short));
        self.value_at(end, at(chain.span))
    }

    /// The place that an expression names, with no read of it.
    pub(super) fn place(&mut self, expression: &'a Expression<'a>) -> Place {
        match self.walk(expression, &mut None) {
            At::Place(place) => place,
            At::Value(value) => self.place_of(value, at(expression.span())),
        }
    }

    /// The place that a member expression names; `short` is where a missing `?.` receiver leads.
    pub(super) fn member_place(&mut self, member: &'a ast::MemberExpression<'a>) -> Place {
        let mark = self.spine.len();
        let base = self.push_member(member);
        let base = self.unwind(base);
        match self.fold(mark, base, &mut None) {
            At::Place(place) => place,
            At::Value(value) => self.place_of(value, at(member.span())),
        }
    }

    fn walk(&mut self, expression: &'a Expression<'a>, short: &mut Option<BlockIx>) -> At {
        let mark = self.spine.len();
        let base = self.unwind(expression);
        self.fold(mark, base, short)
    }

    pub(super) fn walk_element(&mut self, element: &'a ast::ChainElement<'a>, short: &mut Option<BlockIx>) -> At {
        let mark = self.spine.len();
        let base = match element {
            ast::ChainElement::CallExpression(call) => {
                self.spine.push(Link::Call(call));
                &call.callee
            }
            ast::ChainElement::TSNonNullExpression(inner) => &inner.expression,
            member => match member.as_member_expression() {
                Some(member) => self.push_member(member),
                None => return At::Value(Value::Unknown),
            },
        };
        let base = self.unwind(base);
        self.fold(mark, base, short)
    }

    /// Puts the links of a chain on the spine and gives its base.
    fn unwind(&mut self, mut expression: &'a Expression<'a>) -> &'a Expression<'a> {
        loop {
            expression = match expression {
                Expression::CallExpression(call) => {
                    self.spine.push(Link::Call(call));
                    &call.callee
                }
                Expression::TSNonNullExpression(inner) => &inner.expression,
                Expression::TSAsExpression(inner) => &inner.expression,
                Expression::TSSatisfiesExpression(inner) => &inner.expression,
                Expression::TSTypeAssertion(inner) => &inner.expression,
                Expression::TSInstantiationExpression(inner) => &inner.expression,
                Expression::ParenthesizedExpression(inner) => &inner.expression,
                other => match other.as_member_expression() {
                    Some(member) => self.push_member(member),
                    None => return other,
                },
            };
        }
    }

    fn push_member(&mut self, member: &'a ast::MemberExpression<'a>) -> &'a Expression<'a> {
        let (link, object) = match member {
            ast::MemberExpression::StaticMemberExpression(member) => {
                let name = member.property.name.as_str();
                (Link::Field { name, span: member.span, optional: member.optional }, &member.object)
            }
            ast::MemberExpression::PrivateFieldExpression(member) => {
                let name = self.slice(member.field.span);
                (Link::Field { name, span: member.span, optional: member.optional }, &member.object)
            }
            ast::MemberExpression::ComputedMemberExpression(member) => {
                let link = match &member.expression {
                    Expression::StringLiteral(key) => {
                        Link::Field { name: key.value.as_str(), span: member.span, optional: member.optional }
                    }
                    key => Link::Key { key, span: member.span, optional: member.optional },
                };
                (link, &member.object)
            }
        };
        self.spine.push(link);
        object
    }

    /// From the base outwards, in evaluation order, until the spine is as long as before.
    fn fold(&mut self, mark: usize, base: &'a Expression<'a>, short: &mut Option<BlockIx>) -> At {
        let quiet = self.quiet_until(mark);
        self.room = self.spine.len() - mark;
        let mut end = self.base(base);
        self.room = 0;
        while self.spine.len() > mark {
            let Some(link) = self.spine.pop() else { break };
            let asks = self.spine.len() >= quiet;
            end = match link {
                Link::Field { name, span, optional } => {
                    let mut place = self.receiver(end, optional && asks, at(span), short);
                    place.path.push(Elem::Field(self.name(name)));
                    self.maybe_enum_member(place)
                }
                Link::Key { key, span, optional } => {
                    let mut place = self.receiver(end, optional && asks, at(span), short);
                    let key = self.expr(key);
                    place.path.push(Elem::Key(key));
                    At::Place(place)
                }
                Link::Call(call) => {
                    if call.optional && asks {
                        end = self.present(end, at(call.span), short);
                    }
                    At::Value(self.call(end, call, !asks))
                }
            };
        }
        end
    }

    /// A member of an enum of this file is a constant known by its name.
    fn maybe_enum_member(&mut self, place: Place) -> At {
        if place.root == Root::Module
            && let [Elem::Field(of), Elem::Field(member)] = place.path.as_slice()
            && self.enums.contains(of)
        {
            return At::Value(Value::Text(crate::names::Name::new(&format!("{of}.{member}"))));
        }
        At::Place(place)
    }

    /// A call at the end of a chain whose only `?.` stand in the members before it, and whose arguments do nothing, is
    /// one optional call. Links below the answer ask nothing of their receivers.
    fn quiet_until(&mut self, mark: usize) -> usize {
        let Some(Link::Call(call)) = self.spine.get(mark).copied() else { return mark };
        let mut found = call.optional;
        let mut until = mark + 1;
        for link in &self.spine[mark + 1..] {
            match link {
                Link::Field { optional, .. } => found |= optional,
                Link::Key { .. } | Link::Call(_) => break,
            }
            until += 1;
        }
        let simple = found && call.arguments.iter().all(|argument| self.is_simple_argument(argument));
        if simple { until } else { mark }
    }

    fn is_simple_argument(&mut self, argument: &'a ast::Argument<'a>) -> bool {
        argument.as_expression().is_some_and(|argument| self.is_simple(argument))
    }

    /// What the next link is taken from. After `?.` its value is read and tested first.
    fn receiver(&mut self, end: At, optional: bool, span: Span, short: &mut Option<BlockIx>) -> Place {
        if optional {
            let value = self.value_at(end, span);
            let absent = *short.get_or_insert_with(|| self.frame.body.block());
            let present = self.body().block();
            self.body().branch(span, Test::Absent(value.clone()), absent, present);
            self.body().start(present);
            return self.place_of(value, span);
        }
        match end {
            At::Place(place) => place,
            At::Value(value) => self.place_of(value, span),
        }
    }

    /// `f?.(…)`: read and tested, then called by its name.
    fn present(&mut self, end: At, span: Span, short: &mut Option<BlockIx>) -> At {
        let (value, end) = match end {
            At::Value(value) => (value.clone(), At::Value(value)),
            At::Place(place) => (self.value_at(At::Place(place.clone()), span), At::Place(place)),
        };
        let absent = *short.get_or_insert_with(|| self.frame.body.block());
        let present = self.body().block();
        self.body().branch(span, Test::Absent(value), absent, present);
        self.body().start(present);
        end
    }

    fn base(&mut self, base: &'a Expression<'a>) -> At {
        match base {
            Expression::ThisExpression(_) => At::Place(self.this()),
            Expression::Super(_) => At::Place(Place { root: Root::Super, path: Vec::new() }),
            Expression::Identifier(id) => match self.lookup(id) {
                Ref::Value(value) => At::Value(value),
                Ref::Place(place) => At::Place(place),
            },
            Expression::ImportMeta(_) => At::Place(self.global("import.meta")),
            other => {
                self.room = 0;
                At::Value(self.expr(other))
            }
        }
    }

    /// Reads a place that is no value already.
    pub(super) fn value_at(&mut self, end: At, span: Span) -> Value {
        let place = match end {
            At::Value(value) => return value,
            At::Place(place) => place,
        };
        if place.path.is_empty() {
            match place.root {
                Root::This => return Value::This,
                Root::Value(reg) => return Value::Reg(reg),
                Root::Param(function, index) if function == self.frame.ix => return Value::Param(index),
                Root::Super => return Value::Unknown,
                _ => {}
            }
        }
        Value::Reg(self.body().read(span, place))
    }

    fn call(&mut self, callee: At, call: &'a ast::CallExpression<'a>, optional: bool) -> Value {
        let span = at(call.span);
        let callee = match callee {
            At::Place(Place { root: Root::Super, path }) if path.is_empty() => Callee::Super,
            At::Place(place) if optional => Callee::Optional(self.body().place(place)),
            At::Place(Place { root: Root::Value(reg), path }) if path.is_empty() => Callee::Value(Value::Reg(reg)),
            At::Place(Place { root: Root::Param(function, index), path })
                if path.is_empty() && function == self.frame.ix =>
            {
                Callee::Value(Value::Param(index))
            }
            At::Place(place) => Callee::Place(self.body().place(place)),
            At::Value(value) if optional => {
                let place = self.place_of(value, span);
                Callee::Optional(self.body().place(place))
            }
            At::Value(value) => Callee::Value(value),
        };
        self.required(call);
        let args = self.arguments(&call.arguments);
        let is_super = callee == Callee::Super;
        let into = self.body().call(span, callee, args);
        if is_super {
            self.write_parameter_properties();
        }
        Value::Reg(into)
    }

    pub(super) fn arguments(&mut self, arguments: &'a [ast::Argument<'a>]) -> Vec<Arg> {
        let mut args = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let (value, passing) = match argument {
                ast::Argument::SpreadElement(spread) => (self.expr(&spread.argument), Passing::Spread),
                argument => match argument.as_expression() {
                    Some(argument) => (self.expr(argument), Passing::Value),
                    None => continue,
                },
            };
            args.push(Arg { name: None, value, passing });
        }
        args
    }

    /// `new X(…)`
    pub(super) fn new_object(&mut self, new: &'a ast::NewExpression<'a>) -> Value {
        let callee = match new.callee.get_inner_expression() {
            Expression::Identifier(id) => self.place_of_name(id),
            callee => self.place(callee),
        };
        let callee = Callee::New(self.body().place(callee));
        let args = self.arguments(&new.arguments);
        Value::Reg(self.body().call(at(new.span), callee, args))
    }

    pub(super) fn tagged(&mut self, tagged: &'a ast::TaggedTemplateExpression<'a>) -> Value {
        let tag = match tagged.tag.get_inner_expression() {
            Expression::Identifier(id) => self.place_of_name(id),
            tag => self.place(tag),
        };
        let mut text = String::new();
        for (at, quasi) in tagged.quasi.quasis.iter().enumerate() {
            if at > 0 {
                text.push_str("${}");
            }
            text.push_str(quasi.value.cooked.unwrap_or(quasi.value.raw).as_str());
        }
        let text = Value::Text(crate::names::Name::new(&text));
        let mut args = vec![Arg { name: None, value: text, passing: Passing::Value }];
        for hole in &tagged.quasi.expressions {
            let value = self.expr(hole);
            args.push(Arg { name: None, value, passing: Passing::Value });
        }
        let tag = self.body().place(tag);
        Value::Reg(self.body().call(at(tagged.span), Callee::Tag(tag), args))
    }
}
