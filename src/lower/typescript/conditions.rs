//! Conditions: an expression that decides where control goes becomes tests on branches.

use oxc_ast::ast::{self, Expression};
use oxc_span::GetSpan;
use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UnaryOperator};

use super::context::{Lower, at};
use crate::facts::{BlockIx, Test, Value};

impl<'a> Lower<'a> {
    /// Ends the current block: to `then` when the expression is truthy, else to `otherwise`.
    pub(super) fn condition(&mut self, expression: &'a Expression<'a>, then: BlockIx, otherwise: BlockIx) {
        let span = at(expression.span());
        let done = self.deeper(span, |lower| lower.decide(expression, then, otherwise));
        if done.is_none() {
            self.body().branch(span, Test::Unknown(Vec::new()), then, otherwise);
        }
    }

    fn decide(&mut self, expression: &'a Expression<'a>, then: BlockIx, otherwise: BlockIx) {
        let span = at(expression.span());
        match expression.get_inner_expression() {
            Expression::LogicalExpression(logical) if logical.operator != LogicalOperator::Coalesce => {
                self.decide_logical(logical, then, otherwise);
            }
            Expression::UnaryExpression(not) if not.operator == UnaryOperator::LogicalNot => {
                self.condition(&not.argument, otherwise, then);
            }
            Expression::ChainExpression(chain) => {
                let value = self.chain_until(chain, otherwise);
                self.body().branch(span, Test::Truthy(value), then, otherwise);
            }
            Expression::BooleanLiteral(literal) => {
                self.body().goto(if literal.value { then } else { otherwise });
            }
            Expression::SequenceExpression(sequence) => {
                let Some((last, before)) = sequence.expressions.split_last() else { return };
                for expression in before {
                    self.expr(expression);
                }
                self.condition(last, then, otherwise);
            }
            inner => match self.test(inner) {
                Test::Not(inner) => self.body().branch(span, *inner, otherwise, then),
                Test::Truthy(Value::Bool(on)) => self.body().goto(if on { then } else { otherwise }),
                test => self.body().branch(span, test, then, otherwise),
            },
        }
    }

    fn decide_logical(&mut self, logical: &'a ast::LogicalExpression<'a>, then: BlockIx, otherwise: BlockIx) {
        let mut operands = vec![&logical.right];
        let mut left = &logical.left;
        while let Expression::LogicalExpression(inner) = left
            && inner.operator == logical.operator
        {
            operands.push(&inner.right);
            left = &inner.left;
        }
        operands.push(left);
        while let Some(operand) = operands.pop() {
            if operands.is_empty() {
                return self.condition(operand, then, otherwise);
            }
            let next = self.body().block();
            match logical.operator {
                LogicalOperator::And => self.condition(operand, next, otherwise),
                _ => self.condition(operand, then, next),
            }
            self.body().start(next);
        }
    }

    /// The test that an expression is, once its operands were read.
    pub(super) fn test(&mut self, expression: &'a Expression<'a>) -> Test {
        match expression {
            Expression::BinaryExpression(binary) => self.comparison(binary),
            Expression::UnaryExpression(not) if not.operator == UnaryOperator::LogicalNot => {
                negate(self.test(not.argument.get_inner_expression()))
            }
            Expression::Identifier(id) => {
                let known = self.symbol_of(id).and_then(|symbol| self.symbols[symbol.index()].test.clone());
                match known {
                    Some(test) if self.is_value(id) => *test,
                    _ => Test::Truthy(self.expr(expression)),
                }
            }
            other => Test::Truthy(self.expr(other)),
        }
    }

    /// Is this a comparison, so that a variable bound to it can be tested like it?
    pub(super) fn is_comparison(expression: &'a Expression<'a>) -> bool {
        match expression.get_inner_expression() {
            Expression::BinaryExpression(binary) => {
                binary.operator.is_equality() || binary.operator.is_compare() || binary.operator.is_relational()
            }
            Expression::UnaryExpression(not) => not.operator == UnaryOperator::LogicalNot,
            _ => false,
        }
    }

    fn comparison(&mut self, binary: &'a ast::BinaryExpression<'a>) -> Test {
        if let Some(test) = self.type_of(binary) {
            return test;
        }
        if !(binary.operator.is_equality() || binary.operator.is_compare() || binary.operator.is_relational()) {
            return Test::Truthy(self.binary(binary));
        }
        let left = self.expr(&binary.left);
        if binary.operator == BinaryOperator::Instanceof {
            let name = self.name(self.slice(binary.right.span()));
            return match binary.right.get_inner_expression() {
                right @ (Expression::Identifier(_) | Expression::StaticMemberExpression(_)) => {
                    if !self.is_simple(right) && !right.is_identifier_reference() {
                        self.expr(right);
                    }
                    Test::Is(left, name)
                }
                right => Test::Unknown(vec![left, self.expr(right)]),
            };
        }
        let right = self.expr(&binary.right);
        match binary.operator {
            BinaryOperator::In => Test::Truthy(Value::Reg(self.presence(left, right, at(binary.span)))),
            BinaryOperator::Equality | BinaryOperator::StrictEquality => equals(left, right),
            BinaryOperator::Inequality | BinaryOperator::StrictInequality => negate(equals(left, right)),
            BinaryOperator::LessThan => Test::Less(left, right),
            BinaryOperator::GreaterThan => Test::Less(right, left),
            BinaryOperator::GreaterEqualThan => negate(Test::Less(left, right)),
            _ => negate(Test::Less(right, left)),
        }
    }

    /// `typeof x === "undefined"`
    fn type_of(&mut self, binary: &'a ast::BinaryExpression<'a>) -> Option<Test> {
        if !binary.operator.is_equality() {
            return None;
        }
        let (Expression::UnaryExpression(kind), Expression::StringLiteral(text)) =
            (binary.left.get_inner_expression(), binary.right.get_inner_expression())
        else {
            return None;
        };
        if kind.operator != UnaryOperator::Typeof || text.value.as_str() != "undefined" {
            return None;
        }
        let value = self.expr(&kind.argument);
        let test = Test::Absent(value);
        let is_not = matches!(binary.operator, BinaryOperator::Inequality | BinaryOperator::StrictInequality);
        Some(if is_not { negate(test) } else { test })
    }
}

fn equals(left: Value, right: Value) -> Test {
    match (left, right) {
        (left, Value::Absent) => Test::Absent(left),
        (Value::Absent, right) => Test::Absent(right),
        (left, right) => Test::Equals(left, right),
    }
}

pub(super) fn negate(test: Test) -> Test {
    match test {
        Test::Not(inner) => *inner,
        test => Test::Not(Box::new(test)),
    }
}

/// The values that a test is about, as one computed value.
pub(super) fn as_value(test: &Test) -> Value {
    fn collect(test: &Test, into: &mut Vec<Value>) {
        match test {
            Test::Truthy(value) | Test::Is(value, _) => into.push(value.clone()),
            Test::Absent(value) => into.extend([value.clone(), Value::Absent]),
            Test::Equals(a, b) | Test::Less(a, b) => into.extend([a.clone(), b.clone()]),
            Test::Not(inner) => collect(inner, into),
            Test::Unknown(of) => into.extend(of.iter().cloned()),
        }
    }
    let mut parts = Vec::new();
    collect(test, &mut parts);
    super::expressions::term(parts)
}
