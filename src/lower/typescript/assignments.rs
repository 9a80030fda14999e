//! Assignments of all kinds, `++` and `--`.

use oxc_ast::ast::{self, Expression};
use oxc_span::GetSpan;
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator, UpdateOperator};

use super::context::{Lower, at};
use super::expressions::arithmetic;
use crate::facts::{Elem, Place, Span, Test, Value, WriteHow};
use crate::names::Name;

impl<'a> Lower<'a> {
    /// `used`: something reads the value of the assignment itself.
    pub(super) fn assignment(&mut self, assignment: &'a ast::AssignmentExpression<'a>, used: bool) -> Value {
        let span = at(assignment.span);
        if let Some(pattern) = assignment.left.as_assignment_target_pattern() {
            let value = self.expr(&assignment.right);
            let value = self.steady(value, span);
            self.assign_pattern(pattern, value.clone());
            return value;
        }
        let Some(target) = assignment.left.as_simple_assignment_target() else { return Value::Unknown };
        let place = self.target(target);
        if let Some(operator) = assignment.operator.to_logical_operator() {
            return self.assign_if(place, operator, &assignment.right, span, used);
        }
        if assignment.operator == AssignmentOperator::Assign {
            let name = last_name(&place);
            let mut value = match name {
                Some(name) => self.expr_named(name, &assignment.right),
                None => self.expr(&assignment.right),
            };
            if used {
                value = self.steady(value, span);
            }
            self.maybe_export(&place, &value, &assignment.right, span);
            self.body().write(span, place, WriteHow::Set, value.clone());
            return value;
        }
        let old = Value::Reg(self.body().read(at(assignment.left.span()), place.clone()));
        let right = self.expr(&assignment.right);
        let operator = assignment.operator.to_binary_operator().unwrap_or(BinaryOperator::BitwiseOR);
        let value = arithmetic(operator, old, right);
        self.body().write(span, place, WriteHow::Set, value.clone());
        value
    }

    /// `a ??= b`, `a ||= b`, `a &&= b`
    fn assign_if(
        &mut self,
        place: Place,
        operator: LogicalOperator,
        right: &'a Expression<'a>,
        span: Span,
        used: bool,
    ) -> Value {
        let old = Value::Reg(self.body().read(span, place.clone()));
        let (write, keep, join) = (self.body().block(), self.body().block(), self.body().block());
        match operator {
            LogicalOperator::Coalesce => self.body().branch(span, Test::Absent(old.clone()), write, keep),
            LogicalOperator::Or => self.body().branch(span, Test::Truthy(old.clone()), keep, write),
            LogicalOperator::And => self.body().branch(span, Test::Truthy(old.clone()), write, keep),
        }
        self.body().start(write);
        let mut value = match last_name(&place) {
            Some(name) => self.expr_named(name, right),
            None => self.expr(right),
        };
        if used {
            value = self.steady(value, span);
        }
        self.body().write(span, place, WriteHow::Set, value.clone());
        let into = used.then(|| self.body().reg());
        if let Some(into) = into {
            self.body().bind(span, into, value);
        }
        self.body().goto(join);
        self.body().start(keep);
        if let Some(into) = into {
            self.body().bind(span, into, old);
        }
        self.body().start(join);
        into.map_or(Value::Absent, Value::Reg)
    }

    pub(super) fn update(&mut self, update: &'a ast::UpdateExpression<'a>) -> Value {
        let span = at(update.span);
        let place = self.target(&update.argument);
        let old = self.body().read(span, place.clone());
        let by = if update.operator == UpdateOperator::Increment { 1 } else { -1 };
        self.body().write(span, place, WriteHow::Set, Value::Sum(old, by));
        if update.prefix { Value::Sum(old, by) } else { Value::Reg(old) }
    }

    /// The place that an assignment writes; what it takes to name it happens before the right side.
    pub(super) fn target(&mut self, target: &'a ast::SimpleAssignmentTarget<'a>) -> Place {
        if let Some(member) = target.as_member_expression() {
            return self.member_place(member);
        }
        match target {
            ast::SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => self.place_of_name(id),
            target => match target.get_expression() {
                Some(expression) => self.place(expression),
                None => self.global("?"),
            },
        }
    }

    fn assign_pattern(&mut self, pattern: &'a ast::AssignmentTargetPattern<'a>, value: Value) {
        match pattern {
            ast::AssignmentTargetPattern::ArrayAssignmentTarget(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let part = self.part(value.clone(), Elem::Key(Value::Int(index as i64)), at(element.span()));
                        self.assign_or_default(element, part);
                    }
                }
                if let Some(rest) = &array.rest {
                    let part = self.part(value, Elem::Any, at(rest.span));
                    self.assign_to(&rest.target, part);
                }
            }
            ast::AssignmentTargetPattern::ObjectAssignmentTarget(object) => {
                for property in &object.properties {
                    self.assign_property(property, value.clone());
                }
                if let Some(rest) = &object.rest {
                    let value = Value::Record(vec![(Name::new("..."), value)]);
                    self.assign_to(&rest.target, value);
                }
            }
        }
    }

    fn assign_property(&mut self, property: &'a ast::AssignmentTargetProperty<'a>, value: Value) {
        match property {
            ast::AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(property) => {
                let span = at(property.span);
                let name = self.name(property.binding.name.as_str());
                let mut part = self.part(value, Elem::Field(name), span);
                if let Some(default) = &property.init {
                    part = self.or_default(part, default, span);
                }
                let place = self.place_of_name(&property.binding);
                self.body().write(span, place, WriteHow::Set, part);
            }
            ast::AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                let elem = self.key(&property.name, property.computed);
                let part = self.part(value, elem, at(property.span));
                self.assign_or_default(&property.binding, part);
            }
        }
    }

    fn assign_or_default(&mut self, target: &'a ast::AssignmentTargetMaybeDefault<'a>, value: Value) {
        match target {
            ast::AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(target) => {
                let value = self.or_default(value, &target.init, at(target.span));
                self.assign_to(&target.binding, value);
            }
            target => {
                if let Some(target) = target.as_assignment_target() {
                    self.assign_to(target, value);
                }
            }
        }
    }

    /// Gives a value to whatever a `for` head or a pattern names.
    pub(super) fn assign_to(&mut self, target: &'a ast::AssignmentTarget<'a>, value: Value) {
        if let Some(pattern) = target.as_assignment_target_pattern() {
            let value = self.steady(value, at(target.span()));
            return self.assign_pattern(pattern, value);
        }
        if let Some(simple) = target.as_simple_assignment_target() {
            let place = self.target(simple);
            self.body().write(at(target.span()), place, WriteHow::Set, value);
        }
    }
}

fn last_name(place: &Place) -> Option<Name> {
    match place.path.last() {
        Some(Elem::Field(name)) => Some(*name),
        _ => None,
    }
}
