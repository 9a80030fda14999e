//! Loops and `switch`.

use oxc_ast::ast::{self, Expression};
use oxc_span::GetSpan;

use super::bindings::Said;
use super::context::{Lower, Scope, at};
use super::expressions::term;
use crate::facts::{BlockIx, Elem, Span, Suspension, Test, Value};

impl<'a> Lower<'a> {
    fn in_loop(
        &mut self,
        labels: Vec<&'a str>,
        break_to: BlockIx,
        continue_to: Option<BlockIx>,
        lower: impl FnOnce(&mut Self),
    ) {
        self.frame.scopes.push(Scope::Target { labels, break_to, continue_to, plain: false });
        lower(self);
        self.frame.scopes.pop();
    }

    pub(super) fn while_statement(&mut self, each: &'a ast::WhileStatement<'a>, labels: Vec<&'a str>) {
        let (head, inner, end) = (self.body().block(), self.body().block(), self.body().block());
        self.body().start(head);
        self.condition(&each.test, inner, end);
        self.body().start(inner);
        self.in_loop(labels, end, Some(head), |lower| lower.statement(&each.body));
        self.body().goto(head);
        self.body().start(end);
    }

    pub(super) fn do_while(&mut self, each: &'a ast::DoWhileStatement<'a>, labels: Vec<&'a str>) {
        let (inner, head, end) = (self.body().block(), self.body().block(), self.body().block());
        self.body().start(inner);
        self.in_loop(labels, end, Some(head), |lower| lower.statement(&each.body));
        self.body().start(head);
        if self.body().is_open() {
            self.condition(&each.test, inner, end);
        }
        self.body().start(end);
    }

    pub(super) fn for_statement(&mut self, each: &'a ast::ForStatement<'a>, labels: Vec<&'a str>) {
        let mark = self.frame.scopes.len();
        match &each.init {
            Some(ast::ForStatementInit::VariableDeclaration(declaration)) => self.variables(declaration),
            Some(init) => {
                if let Some(init) = init.as_expression() {
                    self.expr(init);
                }
            }
            None => {}
        }
        let (head, inner) = (self.body().block(), self.body().block());
        let (next, end) = (self.body().block(), self.body().block());
        self.body().start(head);
        match &each.test {
            Some(test) => self.condition(test, inner, end),
            None => self.body().goto(inner),
        }
        self.body().start(inner);
        self.in_loop(labels, end, Some(next), |lower| lower.statement(&each.body));
        self.body().start(next);
        if let Some(update) = &each.update
            && self.body().is_open()
        {
            self.expr(update);
        }
        self.body().goto(head);
        self.body().start(end);
        self.end_cleanups(mark);
    }

    pub(super) fn for_of(&mut self, each: &'a ast::ForOfStatement<'a>, labels: Vec<&'a str>) {
        let span = at(each.right.span());
        let over = self.expr(&each.right);
        let mut place = self.place_of(over, span);
        let over = self.value_at(super::chains::At::Place(place.clone()), span);
        let (head, inner, end) = (self.body().block(), self.body().block(), self.body().block());
        self.body().start(head);
        let element = if each.r#await {
            let next = Value::Reg(self.body().suspend(span, over, Suspension::Next));
            self.body().branch(span, Test::Unknown(vec![next.clone()]), inner, end);
            self.body().start(inner);
            next
        } else {
            self.body().branch(span, Test::Unknown(vec![over]), inner, end);
            self.body().start(inner);
            place.path.push(Elem::Any);
            Value::Reg(self.body().read(at(each.left.span()), place))
        };
        self.in_loop(labels, end, Some(head), |lower| {
            let mark = lower.frame.scopes.len();
            lower.bind_left(&each.left, element);
            lower.statement(&each.body);
            lower.end_cleanups(mark);
        });
        self.body().goto(head);
        self.body().start(end);
    }

    pub(super) fn for_in(&mut self, each: &'a ast::ForInStatement<'a>, labels: Vec<&'a str>) {
        let span = at(each.right.span());
        let over = self.expr(&each.right);
        let over = self.steady(over, span);
        let (head, inner, end) = (self.body().block(), self.body().block(), self.body().block());
        self.body().start(head);
        self.body().branch(span, Test::Unknown(vec![over.clone()]), inner, end);
        self.body().start(inner);
        // Some key of it.
        let key = self.body().pin(at(each.left.span()), term(vec![over]));
        self.in_loop(labels, end, Some(head), |lower| {
            lower.bind_left(&each.left, Value::Reg(key));
            lower.statement(&each.body);
        });
        self.body().goto(head);
        self.body().start(end);
    }

    fn bind_left(&mut self, left: &'a ast::ForStatementLeft<'a>, value: Value) {
        match left {
            ast::ForStatementLeft::VariableDeclaration(declaration) => {
                let constant = declaration.kind.is_const();
                for declarator in &declaration.declarations {
                    let ty = self.annotation(declarator.type_annotation.as_deref());
                    let said = Said { ty, constant, ..Said::default() };
                    if declaration.kind.is_using() {
                        self.using(declaration, declarator, value.clone(), said);
                    } else {
                        self.bind(&declarator.id, value.clone(), said);
                    }
                }
            }
            left => {
                if let Some(target) = left.as_assignment_target() {
                    self.assign_to(target, value);
                }
            }
        }
    }

    /// Tests from top to bottom, then bodies that fall through to the next.
    pub(super) fn switch(&mut self, switch: &'a ast::SwitchStatement<'a>, labels: Vec<&'a str>) {
        let decides = matches!(&switch.discriminant, Expression::BooleanLiteral(literal) if literal.value);
        let value = self.expr(&switch.discriminant);
        let value = self.steady(value, at(switch.discriminant.span()));
        for case in &switch.cases {
            self.hoist(&case.consequent);
        }
        let end = self.body().block();
        let bodies: Vec<BlockIx> = switch.cases.iter().map(|_| self.frame.body.block()).collect();
        let mut default = end;
        for (case, inner) in switch.cases.iter().zip(&bodies) {
            let Some(test) = &case.test else {
                default = *inner;
                continue;
            };
            let next = self.body().block();
            if decides {
                self.condition(test, *inner, next);
            } else {
                let expected = self.expr(test);
                self.case(value.clone(), expected, *inner, next, at(test.span()));
            }
            self.body().start(next);
        }
        self.body().goto(default);
        self.in_loop(labels, end, None, |lower| {
            let mark = lower.frame.scopes.len();
            for (case, inner) in switch.cases.iter().zip(&bodies) {
                lower.body().start(*inner);
                for statement in &case.consequent {
                    lower.statement(statement);
                }
            }
            lower.end_cleanups(mark);
        });
        self.body().start(end);
    }

    fn case(&mut self, value: Value, expected: Value, then: BlockIx, otherwise: BlockIx, span: Span) {
        let test = match expected {
            Value::Absent => Test::Absent(value),
            expected => Test::Equals(value, expected),
        };
        self.body().branch(span, test, then, otherwise);
    }
}
