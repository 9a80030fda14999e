//! `select!` and `join!`: several futures are made in order, then one wait.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Pat};

use super::expressions::To;
use super::file::Lower;
use super::macro_args::args;
use super::scopes::{From, Operand};
use super::spans;
use crate::facts::{Exit, Span, Suspension, Test, Value};

struct Arm {
    /// None for `else`, `default`, `complete`.
    ready: Option<(Pat, Expr, Option<Expr>)>,
    body: Expr,
}

impl Lower<'_> {
    pub(super) fn join_macro(&mut self, tokens: TokenStream, span: Span, fails: bool) -> Option<Operand> {
        let args = args(tokens)?;
        let mut futures = Vec::new();
        for arg in args.iter().filter(|arg| arg.name.is_none()) {
            futures.push(self.moved(&arg.value));
        }
        let reg = self.frame().body.suspend(span, Value::List(futures), Suspension::Await);
        let reg = if fails { self.try_result(span, reg) } else { reg };
        Some(self.temporary(reg))
    }

    /// `try_join!` gives a `Result`; what it is made of stays as it is.
    fn try_result(&mut self, _: Span, reg: crate::facts::Reg) -> crate::facts::Reg {
        reg
    }

    pub(super) fn select_macro(&mut self, tokens: TokenStream, span: Span, to: To) -> Option<Operand> {
        let arms = arms.parse2(tokens).ok()?;
        let mut futures = Vec::new();
        for arm in &arms {
            let Some((_, future, condition)) = &arm.ready else { continue };
            if let Some(condition) = condition {
                self.value(condition);
            }
            let operand = self.value(future);
            futures.push(self.take(operand));
        }
        let ready = self.frame().body.suspend(span, Value::List(futures), Suspension::Select);
        let mut joined = self.joined(to);
        let done = self.label();
        let last = arms.len().saturating_sub(1);
        for (at, arm) in arms.iter().enumerate() {
            let end = self.after(spans::last(&arm.body));
            let next = self.label();
            if at != last {
                self.require(span, Test::Unknown(vec![Value::Reg(ready)]), next);
            }
            let scope = self.open(end);
            if let Some((pattern, ..)) = &arm.ready {
                let operand = Operand { value: Value::Reg(ready), from: From::Part };
                // A pattern that does not fit disables the arm: the others go on waiting.
                let misfit = (!fits_all(pattern) && at != last).then_some(next);
                self.match_pattern(pattern, operand, misfit, scope);
            }
            let taken = self.terminating(&arm.body, to);
            self.close();
            self.join(&mut joined, taken, end);
            self.jump(done);
            self.land(next);
        }
        if self.frame().body.is_open() && !arms.is_empty() {
            self.frame().live.clear();
            self.frame().body.exit(Exit::Never);
        }
        self.land(done);
        Some(self.joined_value(&joined))
    }
}

fn fits_all(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(of) => of.subpat.is_none() && !super::file::name_of(&of.ident).starts_with(char::is_uppercase),
        Pat::Wild(_) => true,
        Pat::Tuple(of) => of.elems.iter().all(fits_all),
        Pat::Paren(of) => fits_all(&of.pat),
        _ => false,
    }
}

fn arms(input: ParseStream) -> syn::Result<Vec<Arm>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        if input.peek(syn::Ident) && input.peek2(syn::Token![;]) {
            // `biased;`
            input.parse::<syn::Ident>()?;
            input.parse::<syn::Token![;]>()?;
            continue;
        }
        found.push(arm(input)?);
    }
    Ok(found)
}

fn arm(input: ParseStream) -> syn::Result<Arm> {
    let ready = if input.peek(syn::Token![else]) {
        input.parse::<syn::Token![else]>()?;
        None
    } else if input.peek(syn::Ident) && input.peek2(syn::Token![=>]) {
        input.parse::<syn::Ident>()?;
        None
    } else {
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<syn::Token![=]>()?;
        let future = input.call(Expr::parse_without_eager_brace).or_else(|_| input.parse::<Expr>())?;
        let condition = if input.peek(syn::Token![,]) && input.peek2(syn::Token![if]) {
            input.parse::<syn::Token![,]>()?;
            input.parse::<syn::Token![if]>()?;
            Some(input.parse::<Expr>()?)
        } else {
            None
        };
        Some((pattern, future, condition))
    };
    input.parse::<syn::Token![=>]>()?;
    let block = input.peek(syn::token::Brace);
    let body = if block { Expr::parse_with_earlier_boundary_rule(input)? } else { input.parse::<Expr>()? };
    input.parse::<Option<syn::Token![,]>>()?;
    Ok(Arm { ready, body })
}
