//! Closures and `async` blocks: functions of their own that see the variables around them.

use syn::{Expr, Pat};

use super::expressions::To;
use super::file::Lower;
use super::frame::{Capture, Frame};
use super::functions::Head;
use super::scopes::{From, Operand};
use super::spans;
use super::types;
use crate::facts::{Edition, FunctionIx, FunctionKind, Param, Receiver, Span, Type, Value, Visibility};
use crate::names::Name;

impl Lower<'_> {
    pub(super) fn closure(&mut self, of: &syn::ExprClosure) -> Operand {
        let span = self.between((spans::first(&Expr::Closure(head_only(of))), spans::last(&of.body)));
        let begin = of.capture.map_or(of.inputs_begin.span, |token| token.span);
        let name_span = self.between((begin, of.inputs_end.span));
        let returns = match &of.output {
            syn::ReturnType::Default => Type::Unknown,
            syn::ReturnType::Type(_, ty) => types::ty(ty),
        };
        let function = self.enter_closure(span);
        let typed = of.inputs.iter().map(|input| match input {
            Pat::Type(of) => (&*of.pat, types::ty(&of.ty)),
            pattern => (pattern, Type::Unknown),
        });
        let typed: Vec<(&Pat, Type)> = typed.collect();
        let params: Vec<Param> = typed.iter().map(|(pattern, ty)| self.param(pattern, ty.clone())).collect();
        self.facts.functions[function.index()].params.clone_from(&params);
        for (at, (pattern, ty)) in typed.into_iter().enumerate() {
            self.bind_param(pattern, at as u16, ty);
        }
        let taken = self.terminating(&of.body, To::VALUE);
        let head = self.closure_head(span, name_span, FunctionKind::Closure, returns, of.asyncness.is_some());
        self.leave_closure(head, params, taken.value, of.capture.is_some(), function)
    }

    pub(super) fn async_block(
        &mut self,
        block: &syn::Block,
        moves: bool,
        ends: (proc_macro2::Span, proc_macro2::Span),
        kind: FunctionKind,
    ) -> Operand {
        let span = self.between(ends);
        let name_span = self.bytes(ends.0);
        let function = self.enter_closure(span);
        self.frame().ends_captures = moves;
        let value = self.function_block(block);
        let head = self.closure_head(span, name_span, kind, Type::Unknown, true);
        self.leave_closure(head, Vec::new(), value, moves, function)
    }

    fn enter_closure(&mut self, span: Span) -> FunctionIx {
        let function = self.reserve();
        let (assigned, unit) = (self.frame().assigned.clone(), self.frame().unit);
        self.frames.push(Frame::new(function, unit, true, assigned));
        self.frame().scopes[0].end = Span::new(span.end, span.end);
        self.frame().start = span.start;
        function
    }

    fn closure_head(&self, span: Span, name_span: Span, kind: FunctionKind, returns: Type, is_async: bool) -> Head {
        Head {
            name: Name::new(""),
            span,
            name_span,
            unit: self.frame_ref().unit,
            kind,
            is_async,
            receiver: Receiver::Outer,
            visibility: Visibility::Private,
            returns,
            decorators: Vec::new(),
            test: self.test,
            generics: Vec::new(),
        }
    }

    /// The function around the one being written.
    fn home(&self) -> FunctionIx {
        let at = self.frames.len().saturating_sub(2);
        self.frames.get(at).map_or(FunctionIx(0), |frame| frame.function)
    }

    fn leave_closure(
        &mut self,
        head: Head,
        params: Vec<Param>,
        value: Value,
        moves: bool,
        function: FunctionIx,
    ) -> Operand {
        let outer = self.home();
        let captures = std::mem::take(&mut self.frame().captures);
        let takes_self = moves && self.frame().uses_self;
        self.finish_function(head, Some(outer), params, value);
        let took_self = takes_self && self.self_taken();
        let owned = captures.iter().fold(took_self, |owned, capture| self.captured(capture, moves) | owned);
        let from = if owned { From::Part } else { From::Plain };
        Operand { value: Value::Function(function), from }
    }

    /// A `move` closure takes an owned `self` with it.
    fn self_taken(&mut self) -> bool {
        self.frame().uses_self = true;
        let Some(owner) = self.self_owner(self.frames.len() - 1) else { return false };
        self.frame().end(owner)
    }

    /// What a closure takes with it is no longer there; says whether it owned something.
    fn captured(&mut self, capture: &Capture, moves: bool) -> bool {
        let all = capture.whole || self.edition <= Edition::E2018;
        if !(capture.consumed || moves && all) {
            return false;
        }
        if capture.frame + 1 == self.frames.len() {
            let frame = self.frame();
            let Some(owner) = frame.variables[capture.variable].owner else { return false };
            return frame.end(owner);
        }
        let known = self.frame().captures.iter_mut();
        for outer in known.filter(|outer| outer.frame == capture.frame && outer.variable == capture.variable) {
            outer.whole = true;
            outer.consumed = true;
        }
        false
    }
}

/// The first token of a closure without its body.
fn head_only(of: &syn::ExprClosure) -> syn::ExprClosure {
    syn::ExprClosure {
        attrs: Vec::new(),
        lifetimes: None,
        modifiers: syn::ClosureModifiers::default(),
        constness: of.constness,
        asyncness: of.asyncness,
        capture: of.capture,
        inputs_begin: of.inputs_begin,
        inputs: syn::punctuated::Punctuated::new(),
        inputs_end: of.inputs_end,
        output: syn::ReturnType::Default,
        body: Box::new(Expr::PLACEHOLDER),
    }
}
