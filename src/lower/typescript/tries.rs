//! `try`, `finally`, `using`: what runs on every way out. Each way has a copy of its own, with registers of its own.

use oxc_ast::ast;
use oxc_span::GetSpan;

use super::bindings::Said;
use super::context::{Cleanup, Lower, Scope, at};
use crate::facts::{Exit, NoteKind, Place, Root, Span, StepKind, Suspension, Value};
use crate::names::Name;

/// Copies inside copies inside copies double with each level: deeper ones are said to be unknown.
const NESTED_COPIES: u32 = 3;

impl<'a> Lower<'a> {
    pub(super) fn try_statement(&mut self, attempt: &'a ast::TryStatement<'a>) {
        let outer = self.body().handler();
        let mark = self.frame.scopes.len();
        if let Some(finalizer) = &attempt.finalizer {
            self.begin_cleanup(Cleanup::Finally(finalizer));
        }
        let around = self.body().handler();
        match &attempt.handler {
            None => self.statements(&attempt.block.body),
            Some(clause) => {
                let (catch, join) = (self.body().block(), self.body().block());
                self.body().set_handler(Some(catch));
                self.statements(&attempt.block.body);
                self.body().set_handler(around);
                self.body().goto(join);
                self.body().start(catch);
                self.catch(clause);
                self.body().start(join);
            }
        }
        self.end_cleanups(mark);
        debug_assert_eq!(self.body().handler(), outer);
    }

    fn catch(&mut self, clause: &'a ast::CatchClause<'a>) {
        if let Some(param) = &clause.param {
            // What was thrown: made here, so that it has a name of its own.
            let span = at(param.span);
            let error = self.body().pin(span, Value::Unknown);
            let ty = self.annotation(param.type_annotation.as_deref());
            self.bind(&param.pattern, Value::Reg(error), Said { ty, ..Said::default() });
        }
        self.statements(&clause.body.body);
    }

    /// From here to `end_cleanups` every way out runs `what`, errors too.
    pub(super) fn begin_cleanup(&mut self, what: Cleanup<'a>) {
        let error = self.body().block();
        let outer = self.body().set_handler(Some(error));
        self.frame.scopes.push(Scope::Cleanup { what, outer, error });
    }

    /// The statements around are over: the cleanups above `mark` run once for the normal way and once for errors.
    pub(super) fn end_cleanups(&mut self, mark: usize) {
        while self.frame.scopes.len() > mark {
            let Some(Scope::Cleanup { what, outer, error }) = self.frame.scopes.pop() else { continue };
            self.body().set_handler(outer);
            let end = self.body().block();
            if self.body().is_open() {
                self.clean_up(what);
                self.body().goto(end);
            }
            self.body().start(error);
            if self.body().is_open() {
                let span = what.span();
                let thrown = self.body().pin(span, Value::Unknown);
                self.clean_up(what);
                self.body().exit(Exit::Throw { value: Value::Reg(thrown), span });
            }
            self.body().start(end);
        }
    }

    /// A way out of the scopes above `depth`: their cleanups run here, from the innermost on.
    pub(super) fn run_cleanups(&mut self, depth: usize) {
        if !self.body().is_open() || !self.frame.scopes[depth..].iter().any(|s| matches!(s, Scope::Cleanup { .. })) {
            return;
        }
        let mut taken = Vec::new();
        let handler = self.body().handler();
        while self.frame.scopes.len() > depth {
            let Some(scope) = self.frame.scopes.pop() else { break };
            if let Scope::Cleanup { what, outer, .. } = &scope {
                let (what, outer) = (*what, *outer);
                self.body().set_handler(outer);
                self.clean_up(what);
            }
            taken.push(scope);
        }
        while let Some(scope) = taken.pop() {
            self.frame.scopes.push(scope);
        }
        self.body().restore_handler(handler);
    }

    fn clean_up(&mut self, what: Cleanup<'a>) {
        match what {
            Cleanup::Finally(block) if self.frame.copies >= NESTED_COPIES => {
                let span = at(block.span);
                self.note(NoteKind::NotLowered, span, "finally inside finally inside finally");
                self.body().step(span, StepKind::Unknown { what: Name::new("finally") });
            }
            Cleanup::Finally(block) => {
                self.frame.copies += 1;
                self.statements(&block.body);
                self.frame.copies -= 1;
            }
            Cleanup::Drop { reg, awaited, span } => {
                let place = self.body().place(Place { root: Root::Value(reg), path: Vec::new() });
                self.body().step(span, StepKind::Drop { place });
                if awaited {
                    self.body().suspend(span, Value::Reg(reg), Suspension::Await);
                }
            }
        }
    }

    /// `using x = …`: dropped when the scope ends.
    pub(super) fn using(
        &mut self,
        declaration: &'a ast::VariableDeclaration<'a>,
        declarator: &'a ast::VariableDeclarator<'a>,
        value: Value,
        said: Said,
    ) {
        let span = at(declarator.span());
        let reg = self.body().pin(span, value);
        self.bind(&declarator.id, Value::Reg(reg), said);
        self.begin_cleanup(Cleanup::Drop { reg, awaited: declaration.kind.is_await(), span });
    }
}

impl Cleanup<'_> {
    fn span(&self) -> Span {
        match self {
            Cleanup::Finally(block) => at(block.span),
            Cleanup::Drop { span, .. } => *span,
        }
    }
}
