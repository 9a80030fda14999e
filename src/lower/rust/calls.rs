//! Calls: what is called is named as it is written; `a.b.c(x)` is one call of the place `a.b.c`.

use syn::Expr;
use syn::punctuated::Punctuated;

use super::expressions::To;
use super::file::{Lower, name_of};
use super::frame::Held;
use super::scopes::{From, Operand};
use super::spans;
use super::variables::Found;
use crate::facts::{Arg, Callee, Elem, Passing, Place, Root, Value};
use crate::names::Name;

impl Lower<'_> {
    pub(super) fn call_expr(&mut self, of: &syn::ExprCall, to: To) -> Operand {
        let callee = match self.callee(&of.func) {
            Named::Case(name) => return self.case(of, name, to),
            Named::Callee(callee) => callee,
        };
        let args = self.args(&of.args);
        let span = self.between((spans::first(&of.func), of.paren_token.span.close()));
        let plain = callee.as_ref().is_ok_and(|place| self.gives_plain(place));
        let callee = match callee {
            Ok(place) => Callee::Place(self.frame().body.place(place)),
            Err(value) => Callee::Value(value),
        };
        let reg = self.frame().body.call(span, callee, args);
        if plain { Operand::plain(Value::Reg(reg)) } else { self.temporary(reg) }
    }

    fn callee(&mut self, func: &Expr) -> Named {
        match func {
            Expr::Paren(of) => self.callee(&of.expr),
            Expr::Group(of) => self.callee(&of.expr),
            Expr::Path(of) => {
                if let Some(ident) = of.path.get_ident().filter(|_| of.qself.is_none())
                    && let Some(found) = self.find(name_of(ident))
                {
                    return Named::Callee(self.found_callee(found, func));
                }
                let name = self.expr_path_name(of);
                let last = name.as_str().rsplit(':').next().unwrap_or_default();
                if last.starts_with(char::is_uppercase) {
                    return Named::Case(Name::new(last));
                }
                Named::Callee(Ok(self.named_place(name)))
            }
            Expr::Field(_) | Expr::Index(_) => {
                let spot = self.spot(func, None);
                let span = self.span(func);
                Named::Callee(Ok(self.spot_place(spot, span)))
            }
            _ => {
                let operand = self.value(func);
                Named::Callee(Err(operand.value))
            }
        }
    }

    fn found_callee(&mut self, found: Found, func: &Expr) -> Result<Place, Value> {
        match found {
            Found::Variable(at) => match self.frame().variables[at].held.clone() {
                Held::Value(value) => Err(value),
                Held::Local(local) => Ok(self.local_place(local)),
            },
            Found::Captured(at) => Ok(self.capture_whole(at)),
            found => {
                let span = self.span(func);
                Err(self.found(found, span).value)
            }
        }
    }

    pub(super) fn method_call(&mut self, of: &syn::ExprMethodCall) -> Operand {
        let mut spot = self.spot(&of.receiver, None);
        if let From::Captured(at) = spot.from
            && spot.path.is_empty()
        {
            self.capture_whole(at);
        }
        spot.path.push(Elem::Field(name_of(&of.method)));
        let span = self.between((spans::first(&of.receiver), of.paren_token.span.close()));
        let place = self.spot_place(spot, span);
        let args = self.args(&of.args);
        let plain = self.gives_plain(&place);
        let place = self.frame().body.place(place);
        let reg = self.frame().body.call(span, Callee::Place(place), args);
        if plain { Operand::plain(Value::Reg(reg)) } else { self.temporary(reg) }
    }

    /// Is this a function of the file whose declared result can own nothing?
    fn gives_plain(&self, place: &Place) -> bool {
        let [Elem::Field(name)] = place.path.as_slice() else { return false };
        let (of, name) = match place.root {
            Root::This => (self.owner, *name),
            Root::Module => match name.as_str().rsplit_once("::") {
                None => (Name::new(""), *name),
                Some(("Self", name)) => (self.owner, Name::new(name)),
                Some((of, name)) if !of.contains("::") => (Name::new(of), Name::new(name)),
                Some(_) => return false,
            },
            _ => return false,
        };
        self.results.get(&(of, name)) == Some(&false)
    }

    /// Arguments in order; those given by value are moved when the call is made, not before.
    pub(super) fn args(&mut self, args: &Punctuated<Expr, syn::Token![,]>) -> Vec<Arg> {
        let mut operands = Vec::with_capacity(args.len());
        for arg in args {
            let operand = self.value(arg);
            self.pend(&operand);
            operands.push((operand, passing(arg)));
        }
        operands.into_iter().map(|(operand, passing)| self.arg(operand, passing)).collect()
    }

    pub(super) fn arg(&mut self, operand: Operand, passing: Passing) -> Arg {
        let value = match passing {
            Passing::Value => self.take(operand),
            _ => operand.value,
        };
        Arg { name: None, value, passing }
    }
}

enum Named {
    Case(Name),
    Callee(Result<Place, Value>),
}

fn passing(arg: &Expr) -> Passing {
    match arg {
        Expr::Paren(of) => passing(&of.expr),
        Expr::Group(of) => passing(&of.expr),
        Expr::Cast(of) => passing(&of.expr),
        Expr::Reference(of) if of.mutability.is_some() => Passing::RefMut,
        Expr::Reference(_) => Passing::Ref,
        _ => Passing::Value,
    }
}
