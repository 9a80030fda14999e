//! Expressions: each becomes a value, and the steps that making it takes, in evaluation order.

use oxc_ast::ast::{self, Expression};
use oxc_span::GetSpan;
use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UnaryOperator};

use super::bindings::Ref;
use super::context::{Lower, at};
use super::functions::Code;
use crate::facts::{
    Callee, Elem, NoteKind, Place, ReadWhat, Reg, Root, Span, StepKind, Suspension, Test, Value, WriteHow,
};
use crate::names::Name;

impl<'a> Lower<'a> {
    pub(super) fn expr(&mut self, expression: &'a Expression<'a>) -> Value {
        match expression {
            Expression::Identifier(id) => match self.lookup(id) {
                Ref::Value(value) => value,
                Ref::Place(place) => Value::Reg(self.body().read(at(id.span), place)),
            },
            Expression::StringLiteral(text) => Value::Text(self.name(text.value.as_str())),
            Expression::NumericLiteral(number) => self.number(number),
            Expression::BooleanLiteral(literal) => Value::Bool(literal.value),
            Expression::NullLiteral(_) => Value::Absent,
            Expression::ThisExpression(this) => {
                let place = self.this();
                self.value_at(super::chains::At::Place(place), at(this.span))
            }
            other => self.deeper(at(other.span()), |lower| lower.compound(other)).unwrap_or_default(),
        }
    }

    /// An expression that takes the name of what it is given to.
    pub(super) fn expr_named(&mut self, name: Name, expression: &'a Expression<'a>) -> Value {
        self.hint = Some(name);
        let value = self.expr(expression);
        self.hint = None;
        value
    }

    fn compound(&mut self, expression: &'a Expression<'a>) -> Value {
        let hint = self.hint.take();
        match expression {
            Expression::CallExpression(_)
            | Expression::StaticMemberExpression(_)
            | Expression::ComputedMemberExpression(_)
            | Expression::PrivateFieldExpression(_) => self.chain(expression),
            Expression::ChainExpression(chain) => self.optional_chain(chain),
            Expression::AwaitExpression(wait) => {
                let on = self.expr(&wait.argument);
                Value::Reg(self.body().suspend(at(wait.span), on, Suspension::Await))
            }
            Expression::ArrowFunctionExpression(arrow) => Value::Function(self.closure(Code::Arrow(arrow), hint)),
            Expression::FunctionExpression(function) => Value::Function(self.closure(Code::Plain(function), hint)),
            Expression::ObjectExpression(object) => self.object(object, hint),
            Expression::ArrayExpression(array) => self.array(array),
            Expression::BinaryExpression(binary) => self.binary(binary),
            Expression::LogicalExpression(logical) => self.logical(logical, hint),
            Expression::ConditionalExpression(_) => self.ternary(expression, hint),
            Expression::AssignmentExpression(assignment) => self.assignment(assignment, true),
            Expression::UnaryExpression(unary) => self.unary(unary),
            Expression::UpdateExpression(update) => self.update(update),
            Expression::NewExpression(new) => self.new_object(new),
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::TaggedTemplateExpression(tagged) => self.tagged(tagged),
            Expression::SequenceExpression(sequence) => {
                let mut last = Value::Absent;
                for expression in &sequence.expressions {
                    last = self.expr(expression);
                }
                last
            }
            Expression::YieldExpression(give) => {
                let on = give.argument.as_ref().map_or(Value::Absent, |argument| self.expr(argument));
                Value::Reg(self.body().suspend(at(give.span), on, Suspension::Yield))
            }
            Expression::ClassExpression(class) => Value::Class(self.class(class, hint)),
            Expression::JSXElement(element) => self.element(element),
            Expression::JSXFragment(fragment) => self.fragment(fragment),
            Expression::ImportExpression(import) => self.dynamic_import(import),
            other => self.rare(other, hint),
        }
    }

    fn rare(&mut self, expression: &'a Expression<'a>, hint: Option<Name>) -> Value {
        match expression {
            Expression::ParenthesizedExpression(inner) => self.through(&inner.expression, hint),
            Expression::TSAsExpression(inner) => self.through(&inner.expression, hint),
            Expression::TSSatisfiesExpression(inner) => self.through(&inner.expression, hint),
            Expression::TSTypeAssertion(inner) => self.through(&inner.expression, hint),
            Expression::TSNonNullExpression(inner) => self.through(&inner.expression, hint),
            Expression::TSInstantiationExpression(inner) => self.through(&inner.expression, hint),
            Expression::BigIntLiteral(number) => match number.value.as_str().parse() {
                Ok(number) => Value::Int(number),
                Err(_) => Value::Number(self.name(number.value.as_str())),
            },
            Expression::RegExpLiteral(regex) => Value::Text(self.name(self.slice(regex.span))),
            Expression::PrivateInExpression(asks) => {
                let right = self.expr(&asks.right);
                let mut place = self.place_of(right, at(asks.span));
                let name = self.name(self.slice(asks.left.span));
                place.path.push(Elem::Field(name));
                Value::Reg(self.body().read_as(at(asks.span), place, ReadWhat::Presence))
            }
            Expression::ImportMeta(meta) => {
                let place = self.global("import.meta");
                Value::Reg(self.body().read(at(meta.span), place))
            }
            Expression::NewTarget(_) | Expression::Super(_) => Value::Unknown,
            Expression::V8IntrinsicExpression(intrinsic) => {
                let name = self.name(intrinsic.name.name.as_str());
                let args = self.arguments(&intrinsic.arguments);
                Value::Reg(self.body().call(at(intrinsic.span), Callee::Macro(name), args))
            }
            other => {
                let span = at(other.span());
                self.note(NoteKind::NotLowered, span, "expression");
                self.body().step(span, StepKind::Unknown { what: Name::new("expression") });
                Value::Unknown
            }
        }
    }

    fn through(&mut self, expression: &'a Expression<'a>, hint: Option<Name>) -> Value {
        self.hint = hint;
        let value = self.expr(expression);
        self.hint = None;
        value
    }

    pub(super) fn number(&mut self, number: &ast::NumericLiteral<'a>) -> Value {
        // 2^53: beyond it a double no longer names one integer.
        if number.value.fract() == 0.0 && number.value.abs() < 9_007_199_254_740_992.0 {
            return Value::Int(number.value as i64);
        }
        Value::Number(self.name(self.slice(number.span)))
    }

    pub(super) fn template(&mut self, template: &'a ast::TemplateLiteral<'a>) -> Value {
        if let Some(text) = template.single_quasi() {
            return Value::Text(self.name(text.as_str()));
        }
        let mut parts = Vec::with_capacity(template.quasis.len() + template.expressions.len());
        for (index, quasi) in template.quasis.iter().enumerate() {
            let text = quasi.value.cooked.unwrap_or(quasi.value.raw).as_str();
            if !text.is_empty() {
                parts.push(Value::Text(self.name(text)));
            }
            if let Some(hole) = template.expressions.get(index) {
                parts.push(self.expr(hole));
            }
        }
        Value::Template(parts)
    }

    fn array(&mut self, array: &'a ast::ArrayExpression<'a>) -> Value {
        let mut items = Vec::with_capacity(array.elements.len());
        for element in &array.elements {
            items.push(match element {
                ast::ArrayExpressionElement::SpreadElement(spread) => {
                    let from = self.expr(&spread.argument);
                    let mut place = self.place_of(from, at(spread.span));
                    place.path.push(Elem::Any);
                    Value::Reg(self.body().read(at(spread.span), place))
                }
                ast::ArrayExpressionElement::Elision(_) => Value::Absent,
                element => element.as_expression().map(|element| self.expr(element)).unwrap_or_default(),
            });
        }
        Value::List(items)
    }

    /// Long sums lean to the left: they are read from their leftmost operand on, without recursion.
    pub(super) fn binary(&mut self, binary: &'a ast::BinaryExpression<'a>) -> Value {
        let mut chain = vec![binary];
        let mut leftmost = &binary.left;
        while let Expression::BinaryExpression(inner) = leftmost {
            chain.push(inner);
            leftmost = &inner.left;
        }
        let mut value = self.expr(leftmost);
        while let Some(binary) = chain.pop() {
            if binary.operator == BinaryOperator::In {
                let right = self.expr(&binary.right);
                value = Value::Reg(self.presence(value, right, at(binary.span)));
                continue;
            }
            let right = self.expr(&binary.right);
            value = arithmetic(binary.operator, value, right);
        }
        value
    }

    /// `key in object`
    pub(super) fn presence(&mut self, key: Value, object: Value, span: Span) -> Reg {
        let mut place = self.place_of(object, span);
        place.path.push(match key {
            Value::Text(name) => Elem::Field(name),
            key => Elem::Key(key),
        });
        self.body().read_as(span, place, ReadWhat::Presence)
    }

    fn logical(&mut self, logical: &'a ast::LogicalExpression<'a>, hint: Option<Name>) -> Value {
        // Operands of one operator, from left to right.
        let mut operands = vec![&logical.right];
        let mut left = &logical.left;
        while let Expression::LogicalExpression(inner) = left
            && inner.operator == logical.operator
        {
            operands.push(&inner.right);
            left = &inner.left;
        }
        let span = at(logical.span);
        let mut value = self.expr(left);
        let mut join = None;
        while let Some(operand) = operands.pop() {
            if self.is_simple(operand) {
                self.hint = hint;
                let right = self.expr(operand);
                self.hint = None;
                value = term(vec![value, right]);
                continue;
            }
            let (into, join) = *join.get_or_insert_with(|| (self.frame.body.reg(), self.frame.body.block()));
            let (keep, go_on) = (self.body().block(), self.body().block());
            match logical.operator {
                LogicalOperator::And => self.body().branch(span, Test::Truthy(value.clone()), go_on, keep),
                LogicalOperator::Or => self.body().branch(span, Test::Truthy(value.clone()), keep, go_on),
                LogicalOperator::Coalesce => self.body().branch(span, Test::Absent(value.clone()), go_on, keep),
            }
            self.body().start(keep);
            self.body().bind(span, into, value);
            self.body().goto(join);
            self.body().start(go_on);
            self.hint = hint;
            value = self.expr(operand);
            self.hint = None;
        }
        if let Some((into, join)) = join {
            self.body().bind(span, into, value);
            self.body().start(join);
            return Value::Reg(into);
        }
        value
    }

    fn ternary(&mut self, mut expression: &'a Expression<'a>, hint: Option<Name>) -> Value {
        let span = at(expression.span());
        if let Expression::ConditionalExpression(only) = expression
            && self.is_simple(&only.consequent)
            && self.is_simple(&only.alternate)
        {
            let parts = [&only.test, &only.consequent, &only.alternate].map(|part| {
                self.hint = hint;
                self.expr(part)
            });
            self.hint = None;
            return term(parts.into());
        }
        let (into, join) = (self.body().reg(), self.body().block());
        while let Expression::ConditionalExpression(choice) = expression {
            let (then, otherwise) = (self.body().block(), self.body().block());
            self.condition(&choice.test, then, otherwise);
            self.body().start(then);
            let value = self.through(&choice.consequent, hint);
            self.body().bind(span, into, value);
            self.body().goto(join);
            self.body().start(otherwise);
            expression = &choice.alternate;
        }
        let value = self.through(expression, hint);
        self.body().bind(span, into, value);
        self.body().start(join);
        Value::Reg(into)
    }

    fn unary(&mut self, unary: &'a ast::UnaryExpression<'a>) -> Value {
        let span = at(unary.span);
        if unary.operator == UnaryOperator::Delete {
            self.delete(&unary.argument, span);
            return Value::Unknown;
        }
        let value = self.expr(&unary.argument);
        match (unary.operator, value) {
            (UnaryOperator::UnaryNegation, Value::Int(number)) => Value::Int(number.wrapping_neg()),
            (UnaryOperator::UnaryPlus, Value::Int(number)) => Value::Int(number),
            (UnaryOperator::UnaryNegation, Value::Number(_)) => Value::Number(self.name(self.slice(unary.span))),
            (UnaryOperator::LogicalNot, Value::Bool(on)) => Value::Bool(!on),
            (UnaryOperator::LogicalNot, Value::Int(number)) => Value::Bool(number == 0),
            (UnaryOperator::Void, thrown) => {
                if let Value::Reg(reg) = thrown {
                    self.body().ignore(span, Place { root: Root::Value(reg), path: Vec::new() });
                }
                Value::Absent
            }
            (_, value) => term(vec![value]),
        }
    }

    fn delete(&mut self, what: &'a Expression<'a>, span: Span) {
        let place = match what.get_inner_expression() {
            Expression::ChainExpression(chain) => {
                let mut short = None;
                let end = self.walk_element(&chain.expression, &mut short);
                if let super::chains::At::Place(place) = end {
                    self.body().write(span, place, WriteHow::Remove, Value::Absent);
                }
                if let Some(short) = short {
                    self.body().start(short);
                }
                return;
            }
            what if what.is_member_expression() => self.place(what),
            what => {
                self.expr(what);
                return;
            }
        };
        self.body().write(span, place, WriteHow::Remove, Value::Absent);
    }

    /// Does making its value take no step? Looks a few levels deep, then says no.
    pub(super) fn is_simple(&mut self, expression: &'a Expression<'a>) -> bool {
        self.is_simple_to(expression, 6)
    }

    fn is_simple_to(&mut self, expression: &'a Expression<'a>, levels: u32) -> bool {
        let Some(levels) = levels.checked_sub(1) else { return false };
        match expression.get_inner_expression() {
            Expression::StringLiteral(_)
            | Expression::NumericLiteral(_)
            | Expression::BigIntLiteral(_)
            | Expression::BooleanLiteral(_)
            | Expression::NullLiteral(_)
            | Expression::RegExpLiteral(_)
            | Expression::ArrowFunctionExpression(_)
            | Expression::FunctionExpression(_) => true,
            Expression::ThisExpression(_) => self.frame.class.is_none(),
            Expression::Identifier(id) => self.is_value(id),
            Expression::UnaryExpression(unary) => {
                unary.operator != UnaryOperator::Delete && self.is_simple_to(&unary.argument, levels)
            }
            Expression::BinaryExpression(binary) => {
                binary.operator != BinaryOperator::In
                    && self.is_simple_to(&binary.left, levels)
                    && self.is_simple_to(&binary.right, levels)
            }
            Expression::TemplateLiteral(template) => {
                template.expressions.iter().all(|hole| self.is_simple_to(hole, levels))
            }
            Expression::ArrayExpression(array) => array
                .elements
                .iter()
                .all(|element| element.as_expression().is_some_and(|element| self.is_simple_to(element, levels))),
            Expression::ObjectExpression(object) => self.is_simple_object(object, levels),
            _ => false,
        }
    }

    fn is_simple_object(&mut self, object: &'a ast::ObjectExpression<'a>, levels: u32) -> bool {
        object.properties.iter().all(|property| match property {
            ast::ObjectPropertyKind::ObjectProperty(property) => {
                property.kind == ast::PropertyKind::Init
                    && !property.method
                    && !property.computed
                    && !matches!(property.value, Expression::FunctionExpression(_))
                    && self.is_simple_to(&property.value, levels)
            }
            ast::ObjectPropertyKind::SpreadProperty(_) => false,
        })
    }

    /// `a.b` of a value.
    pub(super) fn part(&mut self, of: Value, elem: Elem, span: Span) -> Value {
        let mut place: Place = self.place_of(of, span);
        place.path.push(elem);
        Value::Reg(self.body().read(span, place))
    }
}

/// A term over these values; a term among them gives its parts, so that long sums stay flat.
pub(super) fn term(parts: Vec<Value>) -> Value {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Value::Term(inner) if flat.is_empty() => flat = inner,
            Value::Term(inner) => flat.extend(inner),
            part => flat.push(part),
        }
    }
    Value::Term(flat)
}

pub(super) fn arithmetic(operator: BinaryOperator, left: Value, right: Value) -> Value {
    match (operator, left, right) {
        (BinaryOperator::Addition, Value::Reg(reg), Value::Int(plus)) => Value::Sum(reg, plus),
        (BinaryOperator::Addition, Value::Int(plus), Value::Reg(reg)) => Value::Sum(reg, plus),
        (BinaryOperator::Subtraction, Value::Reg(reg), Value::Int(minus)) => Value::Sum(reg, minus.wrapping_neg()),
        (BinaryOperator::Addition, Value::Int(a), Value::Int(b)) if a.checked_add(b).is_some() => Value::Int(a + b),
        (BinaryOperator::Multiplication, Value::Int(a), Value::Int(b)) if a.checked_mul(b).is_some() => {
            Value::Int(a * b)
        }
        (BinaryOperator::Addition, left, right) if is_text(&left) || is_text(&right) => {
            let mut parts = match left {
                Value::Template(parts) => parts,
                left => vec![left],
            };
            match right {
                Value::Template(more) => parts.extend(more),
                right => parts.push(right),
            }
            Value::Template(parts)
        }
        (_, left, right) => term(vec![left, right]),
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Text(_) | Value::Template(_))
}
