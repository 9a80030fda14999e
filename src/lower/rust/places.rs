//! Places: fields, elements and dereferences are ways through a value; nothing is read until somebody needs the value.

use syn::{Expr, Member, UnOp};

use super::expressions::To;
use super::file::{Lower, name_of};
use super::frame::Held;
use super::scopes::{From, Operand};
use super::spans;
use super::variables::Found;
use crate::facts::{Edition, Elem, Place, Root, Span, Value};
use crate::names::Name;

/// A place that is being named.
pub(super) struct Spot {
    pub(super) base: Base,
    pub(super) path: Vec<Elem>,
    /// Who owns the base.
    pub(super) from: From,
    /// A dereference stands on the way.
    pub(super) through: bool,
}

pub(super) enum Base {
    Value(Value),
    Root(Root),
}

impl Spot {
    fn of(operand: Operand) -> Spot {
        Spot { base: Base::Value(operand.value), path: Vec::new(), from: operand.from, through: false }
    }
}

impl Lower<'_> {
    /// The place that an expression names. A value that is made on the way is a temporary, or lives in `extend`.
    pub(super) fn spot(&mut self, expr: &Expr, extend: Option<usize>) -> Spot {
        match expr {
            Expr::Paren(of) => self.spot(&of.expr, extend),
            Expr::Group(of) => self.spot(&of.expr, extend),
            Expr::Reference(of) => self.spot(&of.expr, extend),
            Expr::Unary(of) if matches!(of.op, UnOp::Deref(_)) => {
                let mut spot = self.spot(&of.expr, extend);
                spot.through = true;
                spot
            }
            Expr::Field(of) => {
                let mut spot = self.spot(&of.base, extend);
                spot.path.push(Elem::Field(member(&of.member)));
                spot
            }
            Expr::Index(of) => {
                let mut spot = self.spot(&of.expr, extend);
                let key = self.moved(&of.index);
                spot.path.push(Elem::Key(key));
                spot
            }
            Expr::Path(of) => self.path_spot(of, expr),
            _ => {
                let operand = self.value(expr);
                if let (From::Owner(owner), Some(scope)) = (operand.from, extend) {
                    self.move_owner(owner, scope);
                }
                Spot::of(operand)
            }
        }
    }

    fn path_spot(&mut self, of: &syn::ExprPath, expr: &Expr) -> Spot {
        if of.qself.is_none()
            && let Some(ident) = of.path.get_ident()
        {
            let name = name_of(ident);
            if name != "self"
                && let Some(found) = self.find(name)
            {
                return self.found_spot(found, expr);
            }
        }
        let name = self.expr_path_name(of);
        if name == "self" || super::expressions::names_case(name.as_str()) {
            return Spot::of(self.value(expr));
        }
        let Place { root, path } = self.named_place(name);
        Spot { base: Base::Root(root), path, from: From::Plain, through: false }
    }

    fn found_spot(&mut self, found: Found, expr: &Expr) -> Spot {
        match found {
            Found::Variable(at) => {
                let variable = &self.frame().variables[at];
                let from = variable.owner.map_or(From::Plain, From::Owner);
                let base = match variable.held.clone() {
                    Held::Value(value) => Base::Value(value),
                    Held::Local(local) => Base::Root(Root::Local(self.frame().function, local)),
                };
                Spot { base, path: Vec::new(), from, through: false }
            }
            Found::Captured(at) => {
                // Up to edition 2018 a closure takes the whole variable, whatever part it names.
                if self.edition <= Edition::E2018 {
                    self.capture_whole(at);
                }
                let place = self.frame().captures[at].place.clone();
                Spot { base: Base::Root(place.root), path: place.path, from: From::Captured(at), through: false }
            }
            found => {
                let span = self.span(expr);
                match found {
                    Found::Static(name) => Spot {
                        base: Base::Root(Root::Module),
                        path: vec![Elem::Field(name)],
                        from: From::Plain,
                        through: false,
                    },
                    found => Spot::of(self.found(found, span)),
                }
            }
        }
    }

    pub(super) fn spot_place(&mut self, spot: Spot, span: Span) -> Place {
        if let From::Captured(at) = spot.from
            && spot.path.is_empty()
        {
            self.capture_whole(at);
        }
        let root = match spot.base {
            Base::Root(root) => root,
            Base::Value(value) => self.root(value, span),
        };
        Place { root, path: spot.path }
    }

    /// The value at a place, without a reference's or a guard's own value being moved.
    pub(super) fn spot_value(&mut self, spot: Spot, span: Span) -> Operand {
        match spot {
            Spot { base: Base::Value(value), path, from, .. } if path.is_empty() => Operand { value, from },
            spot => {
                let from = spot.from;
                let whole = spot.path.is_empty();
                let place = self.spot_place(spot, span);
                let reg = self.frame().body.read(span, place);
                Operand { value: Value::Reg(reg), from: if whole { from } else { From::Plain } }
            }
        }
    }

    /// A field or element in value position: a part that may be moved out, if its owner is a variable of this function.
    /// What it is a part of lives no longer for it, unlike behind a `&`.
    pub(super) fn read_spot(&mut self, expr: &Expr) -> Operand {
        let spot = self.spot(expr, None);
        let span = self.span(expr);
        let fields_only = spot.path.iter().all(|elem| matches!(elem, Elem::Field(_)));
        let part = !spot.through && fields_only && matches!(spot.from, From::Owner(_));
        let place = self.spot_place(spot, span);
        let reg = self.frame().body.read(span, place);
        Operand { value: Value::Reg(reg), from: if part { From::Part } else { From::Plain } }
    }

    /// `&x`, `&mut x`: the value itself is named, nobody loses it.
    pub(super) fn reference(&mut self, of: &Expr, to: To) -> Operand {
        let spot = match (to.extend, is_value(of)) {
            // `&Some(&f())`: what is made here lives as long as the reference.
            (Some(scope), true) => {
                let operand = self.expr(of, to);
                let operand = self.keep(operand, Some(scope), of);
                Spot::of(operand)
            }
            (None, true) => {
                let operand = self.value(of);
                let operand = self.keep(operand, None, of);
                Spot::of(operand)
            }
            (extend, false) => self.spot(of, extend),
        };
        let span = self.between((spans::first(of), spans::last(of)));
        let operand = self.spot_value(spot, span);
        Operand::plain(operand.value)
    }

    /// A composite value behind a reference is a temporary too: what it owns lives on.
    fn keep(&mut self, operand: Operand, extend: Option<usize>, of: &Expr) -> Operand {
        let operand = match operand.from {
            From::Part => {
                let span = self.span(of);
                let taken = self.take_owned(operand);
                self.give(taken, span)
            }
            _ => operand,
        };
        if let (From::Owner(owner), Some(scope)) = (operand.from, extend) {
            self.move_owner(owner, scope);
        }
        operand
    }
}

/// Is it no place, but a value that is made here?
fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(of) => is_value(&of.expr),
        Expr::Group(of) => is_value(&of.expr),
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => false,
        Expr::Unary(of) => !matches!(of.op, UnOp::Deref(_)),
        _ => true,
    }
}

pub(super) fn member(member: &Member) -> Name {
    match member {
        Member::Named(name) => name_of(name),
        Member::Unnamed(index) => Name::new(&index.index.to_string()),
    }
}
