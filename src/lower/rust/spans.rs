//! Where an expression begins and ends in the text, without building its tokens anew.

use proc_macro2::Span;
use syn::{Expr, Pat};

/// The first and the last token.
pub(super) fn ends(expr: &Expr) -> (Span, Span) {
    (first(expr), last(expr))
}

pub(super) fn first(mut expr: &Expr) -> Span {
    loop {
        expr = match expr {
            Expr::Assign(of) => &of.left,
            Expr::Await(of) => &of.base,
            Expr::Binary(of) => &of.left,
            Expr::Call(of) => &of.func,
            Expr::Cast(of) => &of.expr,
            Expr::Field(of) => &of.base,
            Expr::Group(of) => &of.expr,
            Expr::Index(of) => &of.expr,
            Expr::MethodCall(of) => &of.receiver,
            Expr::Range(of) => match &of.start {
                Some(start) => start,
                None => return limits(&of.limits),
            },
            Expr::Try(of) => &of.expr,
            other => return head(other),
        }
    }
}

fn head(expr: &Expr) -> Span {
    match expr {
        Expr::Array(of) => of.bracket_token.span.open(),
        Expr::Async(of) => of.async_token.span,
        Expr::Block(of) => of.label.as_ref().map_or(of.block.brace_token.span.open(), |label| label.name.span()),
        Expr::Break(of) => of.break_token.span,
        Expr::Closure(of) => match (&of.asyncness, &of.capture) {
            (Some(token), _) => token.span,
            (None, Some(token)) => token.span,
            (None, None) => of.inputs_begin.span,
        },
        Expr::Const(of) => of.const_token.span,
        Expr::Continue(of) => of.continue_token.span,
        Expr::ForLoop(of) => of.label.as_ref().map_or(of.for_token.span, |label| label.name.span()),
        Expr::If(of) => of.if_token.span,
        Expr::Infer(of) => of.underscore_token.span,
        Expr::Let(of) => of.let_token.span,
        Expr::Lit(of) => of.lit.span(),
        Expr::Loop(of) => of.label.as_ref().map_or(of.loop_token.span, |label| label.name.span()),
        Expr::Macro(of) => path(&of.mac.path).0,
        Expr::Match(of) => of.match_token.span,
        Expr::Paren(of) => of.paren_token.span.open(),
        Expr::Path(of) => of.qself.as_ref().map_or_else(|| path(&of.path).0, |qself| qself.lt_token.span),
        Expr::RawAddr(of) => of.and_token.span,
        Expr::Reference(of) => of.and_token.span,
        Expr::Repeat(of) => of.bracket_token.span.open(),
        Expr::Return(of) => of.return_token.span,
        Expr::Struct(of) => path(&of.path).0,
        Expr::TryBlock(of) => of.try_token.span,
        Expr::Tuple(of) => of.paren_token.span.open(),
        Expr::Unary(of) => match &of.op {
            syn::UnOp::Deref(token) => token.span,
            syn::UnOp::Not(token) => token.span,
            syn::UnOp::Neg(token) => token.span,
            _ => first(&of.expr),
        },
        Expr::Unsafe(of) => of.unsafe_token.span,
        Expr::While(of) => of.label.as_ref().map_or(of.while_token.span, |label| label.name.span()),
        Expr::Yield(of) => of.yield_token.span,
        Expr::Verbatim(tokens) => tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span()),
        _ => Span::call_site(),
    }
}

pub(super) fn last(mut expr: &Expr) -> Span {
    loop {
        expr = match expr {
            Expr::Assign(of) => &of.right,
            Expr::Binary(of) => &of.right,
            Expr::Break(of) => match (&of.expr, &of.label) {
                (Some(value), _) => value,
                (None, Some(label)) => return label.ident.span(),
                (None, None) => return of.break_token.span,
            },
            Expr::Closure(of) => &of.body,
            Expr::Group(of) => &of.expr,
            Expr::If(of) => match &of.else_branch {
                Some((_, other)) => other,
                None => return of.then_branch.brace_token.span.close(),
            },
            Expr::Let(of) => &of.expr,
            Expr::Range(of) => match &of.end {
                Some(end) => end,
                None => return limits(&of.limits),
            },
            Expr::RawAddr(of) => &of.expr,
            Expr::Reference(of) => &of.expr,
            Expr::Return(of) => match &of.expr {
                Some(value) => value,
                None => return of.return_token.span,
            },
            Expr::Unary(of) => &of.expr,
            Expr::Yield(of) => match &of.expr {
                Some(value) => value,
                None => return of.yield_token.span,
            },
            other => return tail(other),
        }
    }
}

fn tail(expr: &Expr) -> Span {
    match expr {
        Expr::Array(of) => of.bracket_token.span.close(),
        Expr::Async(of) => of.block.brace_token.span.close(),
        Expr::Await(of) => of.await_token.span,
        Expr::Block(of) => of.block.brace_token.span.close(),
        Expr::Call(of) => of.paren_token.span.close(),
        Expr::Cast(of) => of.as_token.span,
        Expr::Const(of) => of.block.brace_token.span.close(),
        Expr::Continue(of) => of.label.as_ref().map_or(of.continue_token.span, |label| label.ident.span()),
        Expr::Field(of) => match &of.member {
            syn::Member::Named(name) => name.span(),
            syn::Member::Unnamed(index) => index.span,
        },
        Expr::ForLoop(of) => of.body.brace_token.span.close(),
        Expr::Index(of) => of.bracket_token.span.close(),
        Expr::Loop(of) => of.body.brace_token.span.close(),
        Expr::Macro(of) => of.mac.delimiter.span().close(),
        Expr::Match(of) => of.brace_token.span.close(),
        Expr::MethodCall(of) => of.paren_token.span.close(),
        Expr::Paren(of) => of.paren_token.span.close(),
        Expr::Path(of) => path(&of.path).1,
        Expr::Repeat(of) => of.bracket_token.span.close(),
        Expr::Struct(of) => of.brace_token.span.close(),
        Expr::Try(of) => of.question_token.span,
        Expr::TryBlock(of) => of.block.brace_token.span.close(),
        Expr::Tuple(of) => of.paren_token.span.close(),
        Expr::Unsafe(of) => of.block.brace_token.span.close(),
        Expr::While(of) => of.body.brace_token.span.close(),
        Expr::Verbatim(tokens) => tokens.clone().into_iter().last().map_or_else(Span::call_site, |token| token.span()),
        other => head(other),
    }
}

pub(super) fn path(path: &syn::Path) -> (Span, Span) {
    let start = match (&path.leading_colon, path.segments.first()) {
        (Some(colon), _) => colon.spans[0],
        (None, Some(first)) => first.ident.span(),
        (None, None) => Span::call_site(),
    };
    (start, path.segments.last().map_or(start, |last| last.ident.span()))
}

fn limits(limits: &syn::RangeLimits) -> Span {
    match limits {
        syn::RangeLimits::HalfOpen(token) => token.spans[0],
        syn::RangeLimits::Closed(token) => token.spans[0],
    }
}

/// Some token of a pattern that a reader would point at.
pub(super) fn pattern(pattern: &Pat) -> Span {
    match pattern {
        Pat::Guard(of) => self::pattern(&of.pat),
        Pat::Ident(of) => of.ident.span(),
        Pat::Or(of) => of.cases.first().map_or_else(Span::call_site, self::pattern),
        Pat::Paren(of) => self::pattern(&of.pat),
        Pat::Path(of) => path(&of.path).0,
        Pat::Reference(of) => self::pattern(&of.pat),
        Pat::Rest(of) => of.dot2_token.spans[0],
        Pat::Slice(of) => of.bracket_token.span.open(),
        Pat::Struct(of) => path(&of.path).0,
        Pat::Tuple(of) => of.paren_token.span.open(),
        Pat::TupleStruct(of) => path(&of.path).0,
        Pat::Type(of) => self::pattern(&of.pat),
        Pat::Wild(of) => of.underscore_token.span,
        Pat::Lit(of) => of.lit.span(),
        Pat::Range(of) => of.start.as_ref().map_or_else(Span::call_site, |start| first(start)),
        Pat::Macro(of) => path(&of.mac.path).0,
        _ => Span::call_site(),
    }
}
