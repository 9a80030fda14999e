//! Operators and assignments.

use syn::{BinOp, Expr};

use super::file::{Lower, name_of};
use super::scopes::{Operand, Taken};
use super::spans;
use super::variables::Found;
use crate::facts::{Place, Span, Value, WriteHow};

impl Lower<'_> {
    pub(super) fn binary(&mut self, of: &syn::ExprBinary, expr: &Expr) -> Operand {
        if is_assignment(&of.op) {
            return self.update(of, expr);
        }
        match of.op {
            BinOp::And(_) | BinOp::Or(_) => self.truth(expr),
            BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                // Comparisons only look.
                let left = self.value(&of.left).value;
                let right = self.value(&of.right).value;
                Operand::plain(Value::Term(vec![left, right]))
            }
            _ => {
                let parts = self.operands(of);
                let span = self.span(expr);
                self.arithmetic(&of.op, parts, span)
            }
        }
    }

    /// A chain of operators leans to the left; its operands are taken one after the other.
    fn operands(&mut self, of: &syn::ExprBinary) -> Vec<(BinOp, Value)> {
        let mut spine = vec![of];
        let mut left = &*of.left;
        while let Expr::Binary(inner) = left {
            if is_assignment(&inner.op) || !is_arithmetic(&inner.op) {
                break;
            }
            spine.push(inner);
            left = &inner.left;
        }
        let first = self.moved(left);
        let mut parts = vec![(of.op, first)];
        for of in spine.into_iter().rev() {
            let right = self.moved(&of.right);
            parts.push((of.op, right));
        }
        parts
    }

    fn arithmetic(&mut self, _: &BinOp, parts: Vec<(BinOp, Value)>, span: Span) -> Operand {
        let mut parts = parts.into_iter();
        let mut result = parts.next().map_or(Value::Unknown, |(_, first)| first);
        for (op, right) in parts {
            result = combine(&op, result, right);
        }
        let _ = span;
        Operand::plain(result)
    }

    /// `a += b`: of plain numbers the right side is evaluated first.
    fn update(&mut self, of: &syn::ExprBinary, expr: &Expr) -> Operand {
        let right = self.moved(&of.right);
        let spot = self.spot(&of.left, None);
        let span = self.span(expr);
        let place = self.spot_place(spot, span);
        let old = self.frame().body.read(span, place.clone());
        let value = combine(&of.op, Value::Reg(old), right);
        self.frame().body.write(span, place, WriteHow::Set, value);
        Operand::unit()
    }

    /// `a = b`: the right side, then the place, then the old value ends and the new one stands there.
    pub(super) fn assign(&mut self, of: &syn::ExprAssign, expr: &Expr) -> Operand {
        let right = self.value(&of.right);
        let span = self.span(expr);
        self.assign_to(&of.left, right, span);
        Operand::unit()
    }

    fn assign_to(&mut self, left: &Expr, right: Operand, span: Span) {
        match left {
            Expr::Paren(of) => self.assign_to(&of.expr, right, span),
            // `_ = f()`: what is not bound ends with the statement.
            Expr::Infer(_) => {
                self.settle(right, span);
            }
            Expr::Tuple(of) => self.assign_parts(of.elems.iter(), right, span),
            Expr::Array(of) => self.assign_parts(of.elems.iter(), right, span),
            Expr::Call(of) => self.assign_parts(of.args.iter(), right, span),
            Expr::Struct(of) => {
                let taken = self.take_owned(right);
                let root = self.root(taken.value, span);
                for field in &of.fields {
                    let path = vec![crate::facts::Elem::Field(super::places::member(&field.member))];
                    let reg = self.frame().body.read(span, Place { root, path });
                    self.assign_place(&field.expr, Taken { value: Value::Reg(reg), owned: taken.owned }, span);
                }
            }
            _ => {
                let taken = self.take_owned(right);
                self.assign_place(left, taken, span);
            }
        }
    }

    /// `(a, b) = pair`
    fn assign_parts<'a>(&mut self, parts: impl Iterator<Item = &'a Expr>, right: Operand, span: Span) {
        let taken = self.take_owned(right);
        let known = match &taken.value {
            Value::List(items) => Some(items.clone()),
            _ => None,
        };
        for (at, part) in parts.enumerate() {
            if matches!(part, Expr::Infer(_) | Expr::Range(_)) {
                continue;
            }
            let value = match known.as_ref().and_then(|items| items.get(at)) {
                Some(value) => value.clone(),
                None => {
                    let root = self.root(taken.value.clone(), span);
                    let path = vec![crate::facts::Elem::Field(crate::names::Name::new(&at.to_string()))];
                    Value::Reg(self.frame().body.read(span, Place { root, path }))
                }
            };
            let from = if taken.owned { super::scopes::From::Part } else { super::scopes::From::Plain };
            self.assign_to(part, Operand { value, from }, span);
        }
    }

    fn assign_place(&mut self, left: &Expr, taken: Taken, span: Span) {
        if let Expr::Path(of) = left
            && let Some(ident) = of.path.get_ident()
            && let Some(Found::Variable(at)) = self.find(name_of(ident))
        {
            return self.assign_variable(at, taken, span);
        }
        let spot = self.spot(left, None);
        let at = self.between(spans::ends(left));
        let place = self.spot_place(spot, at);
        self.frame().body.write(span, place, WriteHow::Set, taken.value);
    }
}

/// The value of an operator over two operands.
fn combine(op: &BinOp, left: Value, right: Value) -> Value {
    let plus = match (op, &right) {
        (BinOp::Add(_) | BinOp::AddAssign(_), Value::Int(number)) => Some(*number),
        (BinOp::Sub(_) | BinOp::SubAssign(_), Value::Int(number)) => number.checked_neg(),
        _ => None,
    };
    match (left, plus, right) {
        (Value::Reg(reg), Some(plus), _) => Value::Sum(reg, plus),
        (Value::Sum(reg, before), Some(plus), _) => Value::Sum(reg, before.wrapping_add(plus)),
        (Value::Template(mut parts), None, right) if matches!(op, BinOp::Add(_)) => {
            parts.push(right);
            Value::Template(parts)
        }
        (left, None, right @ (Value::Text(_) | Value::Template(_)))
            if matches!(op, BinOp::Add(_) | BinOp::AddAssign(_)) =>
        {
            Value::Template(vec![left, right])
        }
        (Value::Term(mut parts), _, right) => {
            parts.push(right);
            Value::Term(parts)
        }
        (left, _, right) => Value::Term(vec![left, right]),
    }
}

fn is_arithmetic(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Add(_)
            | BinOp::Sub(_)
            | BinOp::Mul(_)
            | BinOp::Div(_)
            | BinOp::Rem(_)
            | BinOp::BitXor(_)
            | BinOp::BitAnd(_)
            | BinOp::BitOr(_)
            | BinOp::Shl(_)
            | BinOp::Shr(_)
    )
}

pub(super) fn is_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
