//! `match`: what it looks at, and its arms one after the other.

use syn::{Expr, Pat};

use super::expressions::To;
use super::file::Lower;
use super::scopes::{From, Operand};
use super::spans;
use super::statements::is_place;
use crate::facts::{Exit, Value};

impl Lower<'_> {
    /// What a pattern is held against: a place is looked at, a value that is made for it is a temporary.
    pub(super) fn scrutinee(&mut self, expr: &Expr) -> Operand {
        if is_place(expr) {
            let operand = self.value(expr);
            return operand;
        }
        let operand = self.value(expr);
        self.settle_subject(operand, expr)
    }

    /// A tuple of fresh values stays known part by part, and none of its parts gets lost.
    pub(super) fn settle_subject(&mut self, operand: Operand, expr: &Expr) -> Operand {
        match operand {
            Operand { value: Value::List(items), from: From::Part } => {
                let span = self.span(expr);
                let reg = self.frame().body.pin(span, Value::List(items.clone()));
                Operand { value: Value::List(items), from: self.temporary(reg).from }
            }
            operand => {
                let span = self.span(expr);
                self.settle(operand, span)
            }
        }
    }

    pub(super) fn match_expr(&mut self, of: &syn::ExprMatch, to: To) -> Operand {
        let mut subject = self.scrutinee(&of.expr);
        let span = self.span(&of.expr);
        if !matches!(subject.value, Value::Reg(_) | Value::Param(_) | Value::This | Value::List(_)) {
            subject.value = Value::Reg(self.frame().body.pin(span, subject.value));
        }
        let mut joined = self.joined(to);
        let done = self.label();
        let last = of.arms.len().saturating_sub(1);
        for (at, arm) in of.arms.iter().enumerate() {
            let next = self.label();
            let end = self.after(spans::last(&arm.body));
            let scope = self.open(end);
            // One of the arms fits: the last one needs no test.
            let sure = at == last && !matches!(arm.pat, Pat::Guard(_));
            self.match_arm(&arm.pat, subject.clone(), (!sure).then_some(next), scope);
            let taken = self.terminating(&arm.body, to);
            self.close();
            self.join(&mut joined, taken, end);
            self.jump(done);
            self.land(next);
        }
        if self.frame().body.is_open() {
            self.frame().live.clear();
            self.frame().body.exit(Exit::Never);
        }
        self.land(done);
        self.joined_value(&joined)
    }
}
