//! Expressions: which form goes where. Each form is written in the order in which the language evaluates its parts.

use syn::{Expr, Lit, UnOp};

use super::file::Lower;
use super::scopes::{From, Operand};
use super::spans;
use super::types::path_name;
use super::variables::Found;
use crate::facts::{Elem, Exit, FunctionKind, Place, Root, Span, Suspension, Value};
use crate::names::Name;

/// What is done with the value of an expression.
#[derive(Clone, Copy)]
pub(super) struct To {
    pub(super) used: bool,
    /// The scope that temporaries behind a reference live in, for the initialiser of a `let`.
    pub(super) extend: Option<usize>,
}

impl To {
    pub(super) const VALUE: To = To { used: true, extend: None };
    pub(super) const NOTHING: To = To { used: false, extend: None };

    pub(super) fn extended(scope: usize) -> To {
        To { used: true, extend: Some(scope) }
    }
}

impl Lower<'_> {
    /// A value that somebody uses.
    pub(super) fn value(&mut self, expr: &Expr) -> Operand {
        self.expr(expr, To::VALUE)
    }

    /// A value that leaves its owner here.
    pub(super) fn moved(&mut self, expr: &Expr) -> Value {
        let operand = self.value(expr);
        self.take(operand)
    }

    pub(super) fn span(&self, expr: &Expr) -> Span {
        self.between(spans::ends(expr))
    }

    pub(super) fn expr(&mut self, expr: &Expr, to: To) -> Operand {
        match expr {
            Expr::Lit(of) => Operand::plain(literal(&of.lit)),
            Expr::Path(of) => self.path_value(of),
            Expr::Paren(of) => self.expr(&of.expr, to),
            Expr::Group(of) => self.expr(&of.expr, to),
            Expr::Cast(of) => {
                let operand = self.expr(&of.expr, to);
                self.cast(operand, &of.ty)
            }
            Expr::Reference(of) => self.reference(&of.expr, to),
            Expr::RawAddr(of) => self.reference(&of.expr, to),
            Expr::Unary(of) => self.unary(of),
            Expr::Field(_) | Expr::Index(_) => self.read_spot(expr),
            Expr::Call(of) => self.call_expr(of, to),
            Expr::MethodCall(of) => self.method_call(of),
            Expr::Macro(of) => self.macro_expr(&of.mac, to),
            Expr::Struct(of) => self.struct_literal(of, to),
            Expr::Tuple(of) => self.list(&of.elems, expr, to),
            Expr::Array(of) => self.list(&of.elems, expr, to),
            Expr::Repeat(of) => {
                let parts = vec![self.moved(&of.expr), self.moved(&of.len)];
                Operand::plain(Value::Term(parts))
            }
            Expr::Binary(of) => self.binary(of, expr),
            Expr::Assign(of) => self.assign(of, expr),
            Expr::Range(of) => {
                let ends = [&of.start, &of.end];
                let parts = ends.into_iter().flatten().map(|end| self.moved(end)).collect();
                Operand::plain(Value::Term(parts))
            }
            Expr::Infer(_) => Operand::unknown(),
            _ => self.control(expr, to),
        }
    }

    /// Everything that jumps, waits or holds a block.
    fn control(&mut self, expr: &Expr, to: To) -> Operand {
        match expr {
            Expr::If(of) => self.if_expr(of, to),
            Expr::Match(of) => self.match_expr(of, to),
            Expr::Loop(of) => self.loop_expr(of, to),
            Expr::While(of) => self.while_expr(of),
            Expr::ForLoop(of) => self.for_expr(of),
            Expr::Block(of) => match &of.label {
                Some(label) => self.labelled_block(label, &of.block, to),
                None => self.block(&of.block, to),
            },
            Expr::Unsafe(of) => self.block(&of.block, to),
            Expr::Const(of) => self.block(&of.block, to),
            Expr::TryBlock(of) => self.block(&of.block, to),
            Expr::Return(of) => self.return_expr(of),
            Expr::Break(of) => self.break_expr(of),
            Expr::Continue(of) => self.continue_expr(of),
            Expr::Closure(of) => self.closure(of),
            Expr::Async(of) => {
                let last = of.block.brace_token.span.close();
                self.async_block(&of.block, of.capture.is_some(), (of.async_token.span, last), FunctionKind::AsyncBlock)
            }
            Expr::Await(of) => {
                let on = self.moved(&of.base);
                let span = self.span(expr);
                let reg = self.frame().body.suspend(span, on, Suspension::Await);
                self.temporary(reg)
            }
            Expr::Yield(of) => {
                let on = of.expr.as_ref().map_or(Value::Absent, |value| self.moved(value));
                let span = self.span(expr);
                let reg = self.frame().body.suspend(span, on, Suspension::Yield);
                self.temporary(reg)
            }
            Expr::Try(of) => {
                let of_value = self.moved(&of.expr);
                let span = self.span(expr);
                let reg = self.try_step(span, of_value);
                self.temporary(reg)
            }
            Expr::Let(_) => self.truth(expr),
            _ => {
                let span = self.span(expr);
                self.frame().body.unknown(span, "expression");
                Operand::unknown()
            }
        }
    }

    /// `x as T`: what is cast is a number or a pointer; a reference to a trait object keeps its value.
    fn cast(&mut self, operand: Operand, ty: &syn::Type) -> Operand {
        match super::types::may_own(&super::types::ty(ty)) {
            true => operand,
            false => Operand::plain(self.take(operand)),
        }
    }

    fn unary(&mut self, of: &syn::ExprUnary) -> Operand {
        match (&of.op, &*of.expr) {
            (UnOp::Deref(_), _) => {
                let spot = self.spot(&of.expr, None);
                let span = self.span(&of.expr);
                let place = self.spot_place(spot, span);
                let reg = self.frame().body.read(span, place);
                Operand { value: Value::Reg(reg), from: From::Plain }
            }
            (UnOp::Neg(_), Expr::Lit(number)) => Operand::plain(match literal(&number.lit) {
                Value::Int(number) => Value::Int(number.wrapping_neg()),
                Value::Number(text) => Value::Number(Name::new(&format!("-{text}"))),
                other => other,
            }),
            (UnOp::Not(_), _) if super::conditions::has_jumps(&of.expr) => {
                let operand = self.truth(&of.expr);
                Operand::plain(Value::Term(vec![self.take(operand)]))
            }
            _ => {
                let value = self.moved(&of.expr);
                Operand::plain(Value::Term(vec![value]))
            }
        }
    }

    /// A path in value position.
    fn path_value(&mut self, of: &syn::ExprPath) -> Operand {
        let span = self.between(spans::path(&of.path));
        if of.qself.is_none()
            && let Some(ident) = of.path.get_ident()
        {
            let name = super::file::name_of(ident);
            if name == "self" {
                return self.self_value();
            }
            if let Some(found) = self.find(name) {
                return self.found(found, span);
            }
        }
        let name = self.expr_path_name(of);
        if name == "None" || name == "Option::None" {
            return Operand::plain(Value::Absent);
        }
        let last = name.as_str().rsplit(':').next().unwrap_or_default();
        if let "Some" | "Ok" | "Err" = last {
            // The constructor itself, handed to somebody: `map(Some)`.
            return Operand::plain(Value::Text(Name::new(last)));
        }
        if names_case(name.as_str()) || self.declared.contains_key(&(self.module, name)) {
            return Operand::plain(Value::Case(Name::new(last), Vec::new()));
        }
        let place = self.named_place(name);
        let reg = self.frame().body.read(span, place);
        Operand { value: Value::Reg(reg), from: From::Plain }
    }

    fn self_value(&mut self) -> Operand {
        self.frame().uses_self = true;
        let owner = self.self_owner(self.frames.len() - 1);
        Operand { value: Value::This, from: owner.map_or(From::Plain, From::Owner) }
    }

    /// An owned `self` is the first that the outermost scope of its function holds.
    pub(super) fn self_owner(&self, frame: usize) -> Option<super::scopes::OwnerIx> {
        let frame = &self.frames[frame];
        let owner = frame.scopes.first()?.owners.first().copied()?;
        (frame.owners[owner.0 as usize].place.root == Root::This).then_some(owner)
    }

    pub(super) fn found(&mut self, found: Found, span: Span) -> Operand {
        match found {
            Found::Variable(at) => self.variable(at, span),
            Found::Captured(at) => {
                let place = self.capture_whole(at);
                let reg = self.frame().body.read(span, place);
                Operand { value: Value::Reg(reg), from: From::Captured(at) }
            }
            Found::Value(value) => Operand::plain(value),
            Found::Static(name) => {
                let place = Place { root: Root::Module, path: vec![Elem::Field(name)] };
                let reg = self.frame().body.read(span, place);
                Operand::plain(Value::Reg(reg))
            }
            Found::Function(function) => Operand::plain(Value::Function(function)),
        }
    }

    /// A path as one name: `<T as Trait>::f` is `T::f`.
    pub(super) fn expr_path_name(&self, of: &syn::ExprPath) -> Name {
        let Some(qself) = &of.qself else { return path_name(&of.path) };
        let base = match super::types::ty(&qself.ty) {
            crate::facts::Type::Named { path, .. } => path.as_str(),
            _ => "_",
        };
        let rest: Vec<_> = of.path.segments.iter().skip(qself.position).collect();
        let last = rest.last().or(of.path.segments.last().as_ref()).map(|last| super::file::name_of(&last.ident));
        Name::new(&format!("{base}::{}", last.unwrap_or(Name::new("_"))))
    }

    /// The place of a path that is no variable: of this module if its first part is bound here, else of somewhere else.
    pub(super) fn named_place(&self, name: Name) -> Place {
        let first = name.as_str().split("::").next().unwrap_or_default();
        let here = matches!(first, "crate" | "self" | "super" | "Self") || self.binds(Name::new(first));
        Place { root: if here { Root::Module } else { Root::Global }, path: vec![Elem::Field(name)] }
    }

    fn return_expr(&mut self, of: &syn::ExprReturn) -> Operand {
        let value = of.expr.as_ref().map_or(Value::List(Vec::new()), |value| self.moved(value));
        let last = of.expr.as_ref().map_or(of.return_token.span, |value| spans::last(value));
        let span = self.between((of.return_token.span, last));
        self.leave_function(Exit::Return { value, span });
        Operand::unknown()
    }
}

/// `State`, `Some`, but no `MAX_SIZE`.
pub(super) fn is_type_like(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
}

/// `State::Idle`, `Idle`, `Kind::A`; not `State::LIMIT`, `u8::MAX`.
pub(super) fn names_case(path: &str) -> bool {
    match path.rsplit_once("::") {
        Some((owner, last)) if last.len() == 1 => {
            last.starts_with(char::is_uppercase) && is_type_like(owner.rsplit(':').next().unwrap_or_default())
        }
        Some((_, last)) => is_type_like(last),
        None => is_type_like(path),
    }
}

pub(super) fn literal(literal: &Lit) -> Value {
    match literal {
        Lit::Str(text) => Value::Text(Name::new(&text.value())),
        Lit::ByteStr(bytes) => Value::Text(Name::new(&String::from_utf8_lossy(&bytes.value()))),
        Lit::CStr(text) => Value::Text(Name::new(&text.value().to_string_lossy())),
        Lit::Byte(byte) => Value::Int(i64::from(byte.value())),
        Lit::Char(letter) => Value::Text(Name::new(letter.value().encode_utf8(&mut [0; 4]))),
        Lit::Int(number) => {
            number.base10_parse().map_or_else(|_| Value::Number(Name::new(number.base10_digits())), Value::Int)
        }
        Lit::Float(number) => Value::Number(Name::new(number.base10_digits())),
        Lit::Bool(on) => Value::Bool(on.value),
        _ => Value::Unknown,
    }
}
