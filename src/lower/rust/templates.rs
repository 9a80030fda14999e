//! Format strings: `"{x} of {}"` with arguments becomes text with holes; `{x}` names a variable.

use syn::Expr;

use super::file::Lower;
use super::macro_args::MacroArg;
use crate::facts::{Span, Value};
use crate::names::Name;

impl Lower<'_> {
    /// A format string and its arguments; all of them are only looked at.
    pub(super) fn template(&mut self, format: &Expr, args: &[MacroArg], span: Span) -> Value {
        let mut values = Vec::new();
        for arg in args {
            let value = self.value(&arg.value).value;
            values.push((arg.name, value));
        }
        let text = match format {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text.value(),
            other => {
                let mut parts = vec![self.value(other).value];
                parts.extend(values.into_iter().map(|(_, value)| value));
                return Value::Template(parts);
            }
        };
        let mut next = 0;
        let mut parts = Vec::new();
        for piece in pieces(&text) {
            match piece {
                Piece::Text(text) => parts.push(Value::Text(Name::new(&text))),
                Piece::Next => {
                    parts.push(values.get(next).map_or(Value::Unknown, |(_, value)| value.clone()));
                    next += 1;
                }
                Piece::At(at) => parts.push(values.get(at).map_or(Value::Unknown, |(_, value)| value.clone())),
                Piece::Named(name) => {
                    let name = Name::new(&name);
                    let given = values.iter().find(|(known, _)| *known == Some(name)).map(|(_, value)| value.clone());
                    parts.push(given.unwrap_or_else(|| self.inline(name, span)));
                }
            }
        }
        match parts.as_slice() {
            [] => Value::Text(Name::new("")),
            [Value::Text(_)] => parts.remove(0),
            _ => Value::Template(parts),
        }
    }

    /// `{x}`: the variable `x`.
    fn inline(&mut self, name: Name, span: Span) -> Value {
        if name == "self" {
            return Value::This;
        }
        match self.find(name) {
            Some(found) => self.found(found, span).value,
            None => {
                let place = self.named_place(name);
                Value::Reg(self.frame().body.read(span, place))
            }
        }
    }
}

enum Piece {
    Text(String),
    Next,
    At(usize),
    Named(String),
}

fn pieces(format: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        let Some((hole, after)) = after.split_once('}').filter(|_| brace == "{") else {
            rest = after;
            continue;
        };
        if !text.is_empty() {
            found.push(Piece::Text(std::mem::take(&mut text)));
        }
        let name = hole.split(':').next().unwrap_or_default().trim();
        found.push(match name.parse() {
            Ok(at) => Piece::At(at),
            Err(_) if name.is_empty() => Piece::Next,
            Err(_) => Piece::Named(name.to_owned()),
        });
        rest = after;
    }
    text.push_str(rest);
    if !text.is_empty() {
        found.push(Piece::Text(text));
    }
    found
}
