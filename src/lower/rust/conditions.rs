//! Conditions: `&&`, `||`, `!`, comparisons and `let` become branches; each operand's temporaries end before the branch.

use syn::{BinOp, Expr, UnOp};

use super::file::Lower;
use super::scopes::Operand;
use super::spans;
use crate::facts::{Span, Test, Value};

impl Lower<'_> {
    /// Goes on where `expr` is `sense`; elsewhere leaves for the label.
    pub(super) fn condition(&mut self, expr: &Expr, sense: bool, otherwise: usize) {
        match expr {
            Expr::Paren(of) => self.condition(&of.expr, sense, otherwise),
            Expr::Group(of) => self.condition(&of.expr, sense, otherwise),
            Expr::Unary(of) if matches!(of.op, UnOp::Not(_)) => self.condition(&of.expr, !sense, otherwise),
            Expr::Binary(of) if matches!(of.op, BinOp::And(_) | BinOp::Or(_)) => {
                let both = matches!(of.op, BinOp::And(_)) == sense;
                self.chain(of, both, sense, otherwise);
            }
            Expr::Let(of) => self.let_condition(of, otherwise),
            _ => self.operand_condition(expr, sense, otherwise),
        }
    }

    /// A chain of one operator leans to the left: its operands are tested one after the other.
    fn chain(&mut self, of: &syn::ExprBinary, both: bool, sense: bool, otherwise: usize) {
        let and = matches!(of.op, BinOp::And(_));
        let mut operands = vec![&*of.right];
        let mut left = &*of.left;
        while let Expr::Binary(inner) = left {
            if !(if and { matches!(inner.op, BinOp::And(_)) } else { matches!(inner.op, BinOp::Or(_)) }) {
                break;
            }
            operands.push(&inner.right);
            left = &inner.left;
        }
        operands.push(left);
        operands.reverse();
        if both {
            for operand in operands {
                self.condition(operand, sense, otherwise);
            }
            return;
        }
        let enough = self.label();
        let Some((last, first)) = operands.split_last() else { return };
        for operand in first {
            self.condition(operand, !sense, enough);
        }
        self.condition(last, sense, otherwise);
        self.land(enough);
    }

    /// `let pattern = value` in the condition of an `if` or `while`: its names hold in what follows.
    fn let_condition(&mut self, of: &syn::ExprLet, otherwise: usize) {
        let subject = self.scrutinee(&of.expr);
        let scope = self.frame().scopes.len() - 1;
        self.match_pattern(&of.pat, subject, Some(otherwise), scope);
    }

    fn operand_condition(&mut self, expr: &Expr, sense: bool, otherwise: usize) {
        let end = self.after(spans::last(expr));
        let span = self.span(expr);
        let before = self.open_temporaries(end);
        let test = self.test(expr);
        self.close_temporaries(before);
        let test = match test {
            Test::Truthy(Value::Bool(known)) if known == sense => return,
            test if sense => test,
            Test::Not(inner) => *inner,
            test => Test::Not(Box::new(test)),
        };
        self.require(span, test, otherwise);
    }

    fn test(&mut self, expr: &Expr) -> Test {
        if let Expr::Binary(of) = expr
            && let BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) = of.op
        {
            let left = self.value(&of.left);
            let right = self.value(&of.right);
            return compare(&of.op, left.value, right.value);
        }
        let operand = self.value(expr);
        Test::Truthy(self.take(operand))
    }

    /// A condition in value position.
    pub(super) fn truth(&mut self, expr: &Expr) -> Operand {
        if let Some(parts) = self.plain_operands(expr) {
            return Operand::plain(Value::Term(parts));
        }
        let span = self.span(expr);
        self.join_truth(span, |lower, no| {
            let before = lower.open_temporaries(span);
            lower.condition(expr, true, no);
            lower.close_temporaries(before);
        })
    }

    /// True where `condition` falls through, false where it jumps to the label it is given.
    pub(super) fn join_truth(&mut self, span: Span, condition: impl FnOnce(&mut Self, usize)) -> Operand {
        let (no, done) = (self.label(), self.label());
        let result = self.frame().body.reg();
        condition(self, no);
        if self.frame().body.is_open() {
            self.frame().body.bind(span, result, Value::Bool(true));
        }
        self.jump(done);
        self.land(no);
        if self.frame().body.is_open() {
            self.frame().body.bind(span, result, Value::Bool(false));
        }
        self.land(done);
        Operand::plain(Value::Reg(result))
    }

    /// The operands, if evaluating all of them does the same as stopping early.
    fn plain_operands(&mut self, expr: &Expr) -> Option<Vec<Value>> {
        let Expr::Binary(of) = expr else { return None };
        if !(is_plain(&of.left) && is_plain(&of.right)) {
            return None;
        }
        Some(vec![self.value(&of.left).value, self.value(&of.right).value])
    }
}

/// A test between two values.
pub(super) fn compare(op: &BinOp, left: Value, right: Value) -> Test {
    let not = |test| Test::Not(Box::new(test));
    match op {
        BinOp::Ne(_) => not(equals(left, right)),
        BinOp::Lt(_) => Test::Less(left, right),
        BinOp::Gt(_) => Test::Less(right, left),
        BinOp::Le(_) => not(Test::Less(right, left)),
        BinOp::Ge(_) => not(Test::Less(left, right)),
        _ => equals(left, right),
    }
}

fn equals(left: Value, right: Value) -> Test {
    match (left, right) {
        (value, Value::Absent) | (Value::Absent, value) => Test::Absent(value),
        (left, right) => Test::Equals(left, right),
    }
}

/// A literal, a variable, or a comparison of such.
fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(of) => of.path.get_ident().is_some(),
        Expr::Paren(of) => is_plain(&of.expr),
        Expr::Unary(of) => !matches!(of.op, UnOp::Deref(_)) && is_plain(&of.expr),
        Expr::Binary(of) => {
            !matches!(of.op, BinOp::And(_) | BinOp::Or(_))
                && !super::operators::is_assignment(&of.op)
                && is_plain(&of.left)
                && is_plain(&of.right)
        }
        _ => false,
    }
}

/// Does its evaluation branch?
pub(super) fn has_jumps(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(of) => has_jumps(&of.expr),
        Expr::Binary(of) => matches!(of.op, BinOp::And(_) | BinOp::Or(_)),
        Expr::Let(_) => true,
        _ => false,
    }
}

/// Is there a `let` among the operands?
pub(super) fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Paren(of) => has_let(&of.expr),
        Expr::Binary(of) if matches!(of.op, BinOp::And(_)) => has_let(&of.left) || has_let(&of.right),
        _ => false,
    }
}
