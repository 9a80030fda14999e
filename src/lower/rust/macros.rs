//! Macros that everybody uses, by a table; those of this file are expanded; any other is a call of its arguments.

use proc_macro2::TokenStream;
use syn::Expr;
use syn::parse::Parser;

use super::expressions::To;
use super::file::{Lower, name_of};
use super::macro_args::{MacroArg, args, split, statements};
use super::scopes::{Operand, Taken};
use super::spans;
use super::types::path_name;
use crate::facts::{Arg, Callee, Elem, Exit, FunctionKind, Passing, Span, Test, Value};
use crate::names::Name;

/// What a macro does.
enum Known {
    /// Text put together: `format!`.
    Format,
    /// Writes text somewhere: `println!`, `info!`.
    Print,
    /// `write!(to, …)`
    Write,
    Panic,
    Bail,
    Ensure,
    Assert,
    /// Two sides are equal, or are not.
    AssertSides(bool),
    Vec,
    /// Gives back its argument.
    Same,
    Matches,
    AssertMatches,
    Select,
    Join(bool),
    Pin,
    /// Known when it is compiled: `env!`, `include_str!`.
    Constant,
    Try,
    Stream,
    Json,
}

fn known(name: &str) -> Option<Known> {
    Some(match name {
        "format" | "format_args" | "anyhow" | "eyre" | "format_err" | "concat" | "formatcp" => Known::Format,
        "println" | "print" | "eprintln" | "eprint" | "trace" | "debug" | "info" | "warn" | "error" | "log"
        | "event" => Known::Print,
        "write" | "writeln" => Known::Write,
        "panic" | "todo" | "unimplemented" | "unreachable" => Known::Panic,
        "bail" => Known::Bail,
        "ensure" => Known::Ensure,
        "assert" => Known::Assert,
        // `debug_assert`, and what programs make of it under names of their own.
        name if name.ends_with("_assert") => Known::Assert,
        "assert_eq" | "debug_assert_eq" => Known::AssertSides(true),
        "assert_ne" | "debug_assert_ne" => Known::AssertSides(false),
        "vec" => Known::Vec,
        "dbg" => Known::Same,
        "matches" => Known::Matches,
        "assert_matches" | "debug_assert_matches" | "assert_let" => Known::AssertMatches,
        "select" | "select_biased" => Known::Select,
        "join" => Known::Join(false),
        "try_join" => Known::Join(true),
        "pin" | "pin_mut" => Known::Pin,
        "include_str"
        | "include_bytes"
        | "include"
        | "env"
        | "option_env"
        | "stringify"
        | "line"
        | "file"
        | "column"
        | "module_path"
        | "cfg"
        | "function_name"
        | "quote"
        | "quote_spanned"
        | "assert_impl_all"
        | "assert_not_impl_any" => Known::Constant,
        "try" => Known::Try,
        "stream" | "try_stream" => Known::Stream,
        "json" => Known::Json,
        _ => return None,
    })
}

impl Lower<'_> {
    pub(super) fn macro_expr(&mut self, mac: &syn::Macro, to: To) -> Operand {
        let Some(last) = mac.path.segments.last() else { return Operand::unknown() };
        let name = name_of(&last.ident);
        if let Some(operand) = self.expand_expr(mac, to) {
            return operand;
        }
        let span = self.between((spans::path(&mac.path).0, mac.delimiter.span().close()));
        let tokens = mac.tokens.clone();
        let operand = match known(name.as_str()) {
            None => None,
            Some(Known::Format) => self.format_macro(tokens, span).map(Operand::plain),
            Some(Known::Print) => self.print_macro(path_name(&mac.path), tokens, span),
            Some(Known::Write) => self.write_macro(tokens, span),
            Some(Known::Panic) => self.panic_macro(tokens, span),
            Some(Known::Bail) => self.bail_macro(tokens, span),
            Some(Known::Ensure) => self.assert_macro(tokens, span, Failure::Error),
            Some(Known::Assert) => self.assert_macro(tokens, span, Failure::Panic),
            Some(Known::AssertSides(equal)) => self.assert_sides(tokens, span, equal),
            Some(Known::Vec) => self.vec_macro(tokens, span),
            Some(Known::Same) => self.same_macro(tokens),
            Some(Known::Matches) => self.matches_macro(tokens, span),
            Some(Known::AssertMatches) => self.assert_matches(tokens, span, to),
            Some(Known::Select) => self.select_macro(tokens, span, to),
            Some(Known::Join(fails)) => self.join_macro(tokens, span, fails),
            Some(Known::Pin) => self.pin_macro(tokens),
            Some(Known::Constant) => Some(Operand::plain(constant(tokens))),
            Some(Known::Try) => self.try_macro(tokens, span),
            Some(Known::Stream) => self.stream_macro(mac),
            Some(Known::Json) => self.json(mac.tokens.clone()).map(Operand::plain),
        };
        operand.unwrap_or_else(|| self.other_macro(mac, span))
    }

    /// A macro that nothing is known of: its arguments, if they read as expressions, else its statements.
    fn other_macro(&mut self, mac: &syn::Macro, span: Span) -> Operand {
        let name = path_name(&mac.path);
        if let Some(args) = args(mac.tokens.clone()) {
            let mut operands = Vec::new();
            for arg in &args {
                operands.push(self.value(&arg.value));
            }
            // A macro may look at its arguments only: nothing is known to be moved.
            let passed = operands.into_iter().zip(&args);
            let args =
                passed.map(|(operand, arg)| Arg { name: arg.name, value: operand.value, passing: Passing::Value });
            let args = args.collect();
            let reg = self.frame().body.call(span, Callee::Macro(name), args);
            return self.temporary(reg);
        }
        if let Some(stmts) = statements(mac.tokens.clone()) {
            let end = Span::new(span.end, span.end);
            self.open(end);
            self.local_items(&stmts);
            let taken = self.statements(&stmts, end, To::NOTHING);
            self.close();
            let _ = taken;
        }
        self.frame().body.unknown(span, &format!("{name}!"));
        Operand::unknown()
    }

    /// The text of a format string among these arguments; what stands before it stays as it is.
    fn text_of(&mut self, args: &[MacroArg], span: Span) -> (Vec<Value>, Value) {
        let is_text = |arg: &MacroArg| {
            arg.name.is_none() && matches!(&arg.value, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Str(_)))
        };
        let at = args.iter().position(is_text);
        let Some(at) = at else {
            let values = args.iter().map(|arg| self.value(&arg.value).value).collect();
            return (values, Value::Absent);
        };
        let before = args[..at].iter().map(|arg| self.value(&arg.value).value).collect();
        let text = self.template(&args[at].value, &args[at + 1..], span);
        (before, text)
    }

    fn format_macro(&mut self, tokens: TokenStream, span: Span) -> Option<Value> {
        let args = args(tokens)?;
        let Some((first, rest)) = args.split_first() else { return Some(Value::Text(Name::new(""))) };
        Some(self.template(&first.value, rest, span))
    }

    fn print_macro(&mut self, name: Name, tokens: TokenStream, span: Span) -> Option<Operand> {
        let args = args(tokens)?;
        let (mut values, text) = self.text_of(&args, span);
        if text != Value::Absent {
            values.push(text);
        }
        self.macro_call(name, values, span);
        Some(Operand::unit())
    }

    fn macro_call(&mut self, name: Name, values: Vec<Value>, span: Span) -> Value {
        let args = values.into_iter().map(|value| Arg { name: None, value, passing: Passing::Ref }).collect();
        Value::Reg(self.frame().body.call(span, Callee::Macro(name), args))
    }

    /// `write!(to, …)` is `to.write_fmt(…)`.
    fn write_macro(&mut self, tokens: TokenStream, span: Span) -> Option<Operand> {
        let args = args(tokens)?;
        let (to, rest) = args.split_first()?;
        let mut spot = self.spot(&to.value, None);
        spot.path.push(Elem::Field(Name::new("write_fmt")));
        let place = self.spot_place(spot, span);
        let text = match rest.split_first() {
            Some((format, rest)) => self.template(&format.value, rest, span),
            None => Value::Text(Name::new("\n")),
        };
        let place = self.frame().body.place(place);
        let args = vec![Arg { name: None, value: text, passing: Passing::Ref }];
        let reg = self.frame().body.call(span, Callee::Place(place), args);
        Some(Operand::plain(Value::Reg(reg)))
    }

    fn panic_macro(&mut self, tokens: TokenStream, span: Span) -> Option<Operand> {
        let value = self.format_macro(tokens, span).unwrap_or_default();
        self.leave_function(Exit::Throw { value, span });
        Some(Operand::unknown())
    }

    fn bail_macro(&mut self, tokens: TokenStream, span: Span) -> Option<Operand> {
        let error = self.format_macro(tokens, span).unwrap_or_default();
        self.leave_function(Exit::Return { value: Value::Case(Name::new("Err"), vec![error]), span });
        Some(Operand::unknown())
    }

    fn assert_macro(&mut self, tokens: TokenStream, span: Span, failure: Failure) -> Option<Operand> {
        let args = args(tokens)?;
        let (condition, message) = args.split_first()?;
        let failed = self.label();
        self.condition(&condition.value, true, failed);
        self.fail_at(failed, message, span, failure);
        Some(Operand::unit())
    }

    /// Goes on here; at the label the function is left with the message.
    fn fail_at(&mut self, failed: usize, message: &[MacroArg], span: Span, failure: Failure) {
        let done = self.label();
        self.jump(done);
        self.land(failed);
        let value = match message.split_first() {
            Some((format, rest)) => self.template(&format.value, rest, span),
            None => Value::Text(Name::new("assertion failed")),
        };
        let exit = match failure {
            Failure::Panic => Exit::Throw { value, span },
            Failure::Error => Exit::Return { value: Value::Case(Name::new("Err"), vec![value]), span },
        };
        self.leave_function(exit);
        self.land(done);
    }

    fn assert_sides(&mut self, tokens: TokenStream, span: Span, equal: bool) -> Option<Operand> {
        let args = args(tokens)?;
        let [left, right, message @ ..] = args.as_slice() else { return None };
        let left = self.value(&left.value).value;
        let right = self.value(&right.value).value;
        let failed = self.label();
        let test = Test::Equals(left, right);
        let test = if equal { test } else { Test::Not(Box::new(test)) };
        self.require(span, test, failed);
        self.fail_at(failed, message, span, Failure::Panic);
        Some(Operand::unit())
    }

    fn vec_macro(&mut self, tokens: TokenStream, span: Span) -> Option<Operand> {
        let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated.parse2(tokens.clone());
        if let Ok(list) = list {
            let (values, owned) = self.parts(list.iter(), To::VALUE);
            return Some(self.composite(Value::List(values), owned, span));
        }
        let repeat = |input: syn::parse::ParseStream| {
            let value: Expr = input.parse()?;
            input.parse::<syn::Token![;]>()?;
            Ok((value, input.parse::<Expr>()?))
        };
        let (value, len) = repeat.parse2(tokens).ok()?;
        let parts = vec![self.moved(&value), self.moved(&len)];
        Some(Operand::plain(Value::Term(parts)))
    }

    fn same_macro(&mut self, tokens: TokenStream) -> Option<Operand> {
        match args(tokens)?.as_slice() {
            [one] => Some(self.value(&one.value)),
            many => {
                let (values, owned) = self.parts(many.iter().map(|arg| &arg.value), To::VALUE);
                Some(self.composite(Value::List(values), owned, Span::default()))
            }
        }
    }

    fn matches_macro(&mut self, tokens: TokenStream, span: Span) -> Option<Operand> {
        let parser = |input: syn::parse::ParseStream| {
            let value: Expr = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
            let guard = match input.parse::<Option<syn::Token![if]>>()? {
                Some(_) => Some(input.parse::<Expr>()?),
                None => None,
            };
            input.parse::<Option<syn::Token![,]>>()?;
            Ok((value, pattern, guard))
        };
        let (value, pattern, guard) = parser.parse2(tokens).ok()?;
        let subject = self.scrutinee(&value);
        Some(self.join_truth(span, |lower, no| {
            let scope = lower.open(span);
            let operand = Operand::plain(subject.value);
            lower.match_pattern(&pattern, operand, Some(no), scope);
            if let Some(guard) = &guard {
                lower.condition(guard, true, no);
            }
            lower.close();
        }))
    }

    /// `assert_matches!(value, pattern if guard => body, "message")`
    fn assert_matches(&mut self, tokens: TokenStream, span: Span, to: To) -> Option<Operand> {
        let parser = |input: syn::parse::ParseStream| {
            let value: Expr = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
            let guard = match input.parse::<Option<syn::Token![if]>>()? {
                Some(_) => Some(input.parse::<Expr>()?),
                None => None,
            };
            let body = match input.parse::<Option<syn::Token![=>]>>()? {
                Some(_) => Some(input.parse::<Expr>()?),
                None => None,
            };
            // The message says nothing that the failure does not.
            input.parse::<TokenStream>()?;
            Ok((value, pattern, guard, body))
        };
        let (value, pattern, guard, body) = parser.parse2(tokens).ok()?;
        let failed = self.label();
        let subject = self.scrutinee(&value);
        let mut joined = self.joined(To { used: to.used && body.is_some(), extend: None });
        let scope = self.open(span);
        self.match_pattern(&pattern, subject, Some(failed), scope);
        if let Some(guard) = &guard {
            self.condition(guard, true, failed);
        }
        let taken = match &body {
            Some(body) => self.terminating(body, to),
            None => Taken { value: Value::List(Vec::new()), owned: false },
        };
        self.close();
        self.join(&mut joined, taken, span);
        self.fail_at(failed, &[], span, Failure::Panic);
        Some(self.joined_value(&joined))
    }

    fn pin_macro(&mut self, tokens: TokenStream) -> Option<Operand> {
        if let Ok(value) = syn::parse2::<Expr>(tokens.clone()) {
            // `pin!(x)` as a statement pins the variable `x`, which stays what it is.
            return Some(match super::statements::is_place(&value) {
                true => Operand::plain(self.value(&value).value),
                false => self.value(&value),
            });
        }
        let stmts = statements(tokens)?;
        for stmt in &stmts {
            if let syn::Stmt::Local(local) = stmt {
                self.let_statement(local);
            }
        }
        Some(Operand::unit())
    }

    fn try_macro(&mut self, tokens: TokenStream, span: Span) -> Option<Operand> {
        let args = args(tokens)?;
        let of = self.moved(&args.first()?.value);
        let reg = self.try_step(span, of);
        Some(self.temporary(reg))
    }

    fn stream_macro(&mut self, mac: &syn::Macro) -> Option<Operand> {
        let stmts = statements(mac.tokens.clone())?;
        let delimiter = mac.delimiter.span();
        let brace_token = syn::token::Brace { span: *delimiter };
        let block = syn::Block { brace_token, stmts };
        let ends = (spans::path(&mac.path).0, delimiter.close());
        let operand = self.async_block(&block, false, ends, FunctionKind::AsyncBlock);
        if let Value::Function(function) = &operand.value {
            self.facts.functions[function.index()].is_generator = true;
        }
        Some(operand)
    }

    /// `json!({ "key": value, … })`
    fn json(&mut self, tokens: TokenStream) -> Option<Value> {
        if let Ok(value) = syn::parse2::<Expr>(tokens.clone())
            && !matches!(value, Expr::Block(_) | Expr::Array(_))
        {
            let null = matches!(&value, Expr::Path(path) if path.path.is_ident("null"));
            return Some(if null { Value::Absent } else { self.value(&value).value });
        }
        let mut whole = tokens.into_iter();
        let Some(proc_macro2::TokenTree::Group(group)) = whole.next() else { return None };
        let parts = split(group.stream());
        if group.delimiter() == proc_macro2::Delimiter::Bracket {
            return Some(Value::List(parts.into_iter().map(|part| self.json(part).unwrap_or_default()).collect()));
        }
        let mut fields = Vec::new();
        for part in parts {
            let tokens: Vec<_> = part.into_iter().collect();
            let is_colon = |token: &proc_macro2::TokenTree| matches!(token, proc_macro2::TokenTree::Punct(colon) if colon.as_char() == ':' && colon.spacing() == proc_macro2::Spacing::Alone);
            let at = tokens.iter().position(is_colon)?;
            let key: TokenStream = tokens[..at].iter().cloned().collect();
            let key = key.to_string();
            let value = self.json(tokens[at + 1..].iter().cloned().collect()).unwrap_or_default();
            fields.push((Name::new(key.trim_matches('"')), value));
        }
        Some(Value::Record(fields))
    }
}

#[derive(Clone, Copy)]
pub(super) enum Failure {
    Panic,
    Error,
}

/// What stands in the program text: a literal argument is kept.
fn constant(tokens: TokenStream) -> Value {
    match syn::parse2::<syn::Lit>(tokens) {
        Ok(literal) => Value::Term(vec![super::expressions::literal(&literal)]),
        Err(_) => Value::Term(Vec::new()),
    }
}
