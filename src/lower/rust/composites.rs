//! Values put together from others: tuples, arrays, struct literals, enum cases.

use syn::Expr;
use syn::punctuated::Punctuated;

use super::expressions::{To, is_type_like};
use super::file::Lower;
use super::places::member;
use super::scopes::{From, Operand, Taken};
use super::types::path_name;
use crate::facts::{Span, Value};
use crate::names::Name;

impl Lower<'_> {
    /// Parts in order, moved into something; says whether one of them owned something.
    pub(super) fn parts<'a>(&mut self, parts: impl Iterator<Item = &'a Expr>, to: To) -> (Vec<Value>, bool) {
        let mut operands = Vec::new();
        for part in parts {
            let operand = self.expr(part, To { used: true, extend: to.extend });
            self.pend(&operand);
            operands.push(operand);
        }
        self.gather(operands)
    }

    fn gather(&mut self, operands: Vec<Operand>) -> (Vec<Value>, bool) {
        let mut owned = false;
        let mut values = Vec::with_capacity(operands.len());
        for operand in operands {
            let taken = self.take_owned(operand);
            owned |= taken.owned;
            values.push(taken.value);
        }
        (values, owned)
    }

    /// What is put together owns its parts.
    pub(super) fn composite(&mut self, value: Value, owned: bool, span: Span) -> Operand {
        if !owned {
            return Operand::plain(value);
        }
        // It stays a value until somebody needs a name for it: most are passed on at once.
        let _ = span;
        Operand { value, from: From::Part }
    }

    pub(super) fn list(&mut self, elems: &Punctuated<Expr, syn::Token![,]>, expr: &Expr, to: To) -> Operand {
        let (values, owned) = self.parts(elems.iter(), to);
        let span = self.span(expr);
        self.composite(Value::List(values), owned, span)
    }

    /// `Some(x)`, `Wrapper(x)`, `State::Busy(x)`.
    pub(super) fn case(&mut self, of: &syn::ExprCall, name: Name, to: To) -> Operand {
        let (values, owned) = self.parts(of.args.iter(), to);
        let span = self.after(of.paren_token.span.close());
        self.composite(Value::Case(name, values), owned, span)
    }

    pub(super) fn struct_literal(&mut self, of: &syn::ExprStruct, to: To) -> Operand {
        let mut operands = Vec::new();
        let mut names = Vec::new();
        for field in &of.fields {
            let name = member(&field.member);
            let operand = self.expr(&field.expr, To { used: true, extend: to.extend });
            self.name_closure(&operand.value, name);
            self.pend(&operand);
            names.push(name);
            operands.push(operand);
        }
        if let Some(rest) = &of.rest {
            let rest = self.value(rest);
            names.push(Name::new("..."));
            operands.push(rest);
        }
        let (values, owned) = self.gather(operands);
        let fields: Vec<(Name, Value)> = names.into_iter().zip(values).collect();
        let span = self.bytes(of.brace_token.span.close());
        let value = match case_of(&of.path) {
            Some(case) => Value::Case(case, vec![Value::Record(fields)]),
            None => {
                let name = Value::Text(path_name(&of.path));
                Value::Record(std::iter::once((Name::new(Value::TYPE_ENTRY), name)).chain(fields).collect())
            }
        };
        self.composite(value, owned, span)
    }

    /// A temporary that nobody took stays in the facts as a value with an end.
    pub(super) fn settle(&mut self, operand: Operand, span: Span) -> Operand {
        match operand.from {
            From::Part => {
                let taken: Taken = self.take_owned(operand);
                self.give(taken, span)
            }
            _ => operand,
        }
    }

    /// A closure takes the name of what it is given to.
    pub(super) fn name_closure(&mut self, value: &Value, name: Name) {
        if let Value::Function(function) = value {
            let function = &mut self.facts.functions[function.index()];
            if function.name.is_empty() {
                function.name = name;
            }
        }
    }
}

/// `State::Busy { … }` and `Self::Busy { … }` are cases; `module::State { … }` is a struct.
pub(super) fn case_of(path: &syn::Path) -> Option<Name> {
    let mut from_end = path.segments.iter().rev();
    let last = from_end.next()?;
    let owner = from_end.next()?;
    is_type_like(&owner.ident.to_string()).then(|| super::file::name_of(&last.ident))
}
