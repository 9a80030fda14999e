//! Branches, loops and blocks with a label, and the jumps that leave them.

use syn::{Expr, Label};

use super::conditions::has_let;
use super::expressions::To;
use super::file::Lower;
use super::frame::Loop;
use super::scopes::{From, Operand, Taken};
use super::spans;
use crate::facts::{Edition, Elem, Exit, Place, Reg, Root, Span, StepKind, Test, Value};

/// The value of an expression with several arms.
pub(super) struct Joined {
    reg: Option<Reg>,
    owned: bool,
}

impl Lower<'_> {
    pub(super) fn joined(&mut self, to: To) -> Joined {
        Joined { reg: to.used.then(|| self.frame().body.reg()), owned: false }
    }

    /// One arm is done; its scopes are closed.
    pub(super) fn join(&mut self, joined: &mut Joined, taken: Taken, span: Span) {
        if !self.frame().body.is_open() {
            return;
        }
        match joined.reg {
            Some(reg) => {
                joined.owned |= taken.owned;
                self.frame().body.bind(span, reg, taken.value);
            }
            None if taken.owned => {
                let reg = self.frame().body.pin(span, taken.value);
                let place = self.frame().body.place(Place { root: Root::Value(reg), path: Vec::new() });
                self.frame().body.step(span, StepKind::Drop { place });
            }
            None => {}
        }
    }

    pub(super) fn joined_value(&mut self, joined: &Joined) -> Operand {
        match joined.reg {
            Some(reg) if joined.owned => self.temporary(reg),
            Some(reg) => Operand::plain(Value::Reg(reg)),
            None => Operand::unit(),
        }
    }

    /// An expression whose temporaries end with it: an arm, a branch, the body of a loop or closure.
    pub(super) fn terminating(&mut self, expr: &Expr, to: To) -> Taken {
        let end = self.after(spans::last(expr));
        let before = self.open_temporaries(end);
        let operand = self.expr(expr, to);
        let taken = self.take_owned(operand);
        self.close_temporaries(before);
        taken
    }

    fn terminating_block(&mut self, block: &syn::Block, to: To) -> Taken {
        let end = self.after(block.brace_token.span.close());
        let before = self.open_temporaries(end);
        let operand = self.block(block, to);
        let taken = self.take_owned(operand);
        self.close_temporaries(before);
        taken
    }

    /// `if … else if … else …`, one branch after the other.
    pub(super) fn if_expr(&mut self, of: &syn::ExprIf, to: To) -> Operand {
        let mut joined = self.joined(To { used: to.used && of.else_branch.is_some(), extend: None });
        let done = self.label();
        let mut of = of;
        let mut opened = Vec::new();
        loop {
            let otherwise = self.one_branch(of, to, done, &mut joined);
            self.land(otherwise);
            match &of.else_branch {
                Some((_, next)) => match &**next {
                    Expr::If(next) => {
                        // What stands in an `else` ends there.
                        let end = self.after(spans::last(&next.cond));
                        let end = of.else_branch.as_ref().map_or(end, |(_, next)| self.after(spans::last(next)));
                        opened.push(self.open_temporaries(end));
                        of = next;
                    }
                    other => {
                        let span = self.after(spans::last(other));
                        let taken = self.terminating(other, to);
                        self.join(&mut joined, taken, span);
                        break;
                    }
                },
                None => {
                    let taken = Taken { value: Value::List(Vec::new()), owned: false };
                    self.join(&mut joined, taken, Span::default());
                    break;
                }
            }
        }
        for before in opened.into_iter().rev() {
            self.close_temporaries(before);
        }
        self.land(done);
        self.joined_value(&joined)
    }

    /// Tests and runs one branch; gives the label where its condition does not hold.
    fn one_branch(&mut self, of: &syn::ExprIf, to: To, done: usize, joined: &mut Joined) -> usize {
        let otherwise = self.label();
        let end = self.after(of.then_branch.brace_token.span.close());
        let rescoped = self.edition >= Edition::E2024 && has_let(&of.cond);
        let before = if rescoped {
            self.open_temporaries(end)
        } else {
            self.open(end);
            self.frame().temporaries
        };
        self.condition(&of.cond, true, otherwise);
        let taken = self.terminating_block(&of.then_branch, to);
        self.close_temporaries(before);
        self.join(joined, taken, end);
        self.jump(done);
        otherwise
    }

    pub(super) fn loop_expr(&mut self, of: &syn::ExprLoop, to: To) -> Operand {
        let result = to.used.then(|| self.frame().body.reg());
        let (on_break, head) = self.enter_loop(of.label.as_ref(), result);
        self.terminating_block(&of.body, To::NOTHING);
        self.frame().body.goto(head);
        self.leave_loop(on_break)
    }

    /// The head block is current afterwards; `continue` leads there.
    fn enter_loop(&mut self, label: Option<&Label>, result: Option<Reg>) -> (usize, crate::facts::BlockIx) {
        let on_break = self.label();
        self.revive_variables();
        let head = self.frame().body.block();
        if self.frame().body.is_open() {
            self.frame().body.start(head);
        }
        let on_continue = self.label_at(head);
        let name = label.map(|label| label.name.ident.to_string());
        self.frame().loops.push(Loop { name, on_break, on_continue: Some(on_continue), result, owned: false });
        (on_break, head)
    }

    fn leave_loop(&mut self, on_break: usize) -> Operand {
        let frame = self.frame();
        frame.live.clear();
        let done = frame.loops.pop();
        // Whoever still stands here goes round again.
        self.land_only(on_break);
        match done {
            Some(Loop { result: Some(reg), owned: true, .. }) => self.temporary(reg),
            Some(Loop { result: Some(reg), .. }) => Operand::plain(Value::Reg(reg)),
            _ => Operand::unit(),
        }
    }

    pub(super) fn while_expr(&mut self, of: &syn::ExprWhile) -> Operand {
        let (on_break, head) = self.enter_loop(of.label.as_ref(), None);
        let end = self.after(of.body.brace_token.span.close());
        // The condition's `let` temporaries live through the round.
        let before = self.open_temporaries(end);
        self.condition(&of.cond, true, on_break);
        self.terminating_block(&of.body, To::NOTHING);
        self.close_temporaries(before);
        self.frame().body.goto(head);
        self.leave_loop(on_break)
    }

    pub(super) fn for_expr(&mut self, of: &syn::ExprForLoop) -> Operand {
        let span = self.span(&of.expr);
        let end = self.after(of.body.brace_token.span.close());
        let scope = self.open(end);
        let head_value = self.value(&of.expr);
        let taken = self.take_owned(head_value);
        let root = self.root(taken.value.clone(), span);
        let over = match root {
            Root::Value(reg) => Value::Reg(reg),
            _ => taken.value,
        };
        if taken.owned {
            self.own_place(Place { root, path: Vec::new() }, scope);
        }
        let (on_break, head) = self.enter_loop(of.label.as_ref(), None);
        self.require(span, Test::Unknown(vec![over]), on_break);
        self.open(end);
        let scope = self.frame().scopes.len() - 1;
        let element = self.frame().body.read(span, Place { root, path: vec![Elem::Any] });
        let from = if taken.owned { From::Part } else { From::Plain };
        self.bind_pattern(&of.pat, Operand { value: Value::Reg(element), from }, scope);
        self.terminating_block(&of.body, To::NOTHING);
        self.close();
        self.frame().body.goto(head);
        let result = self.leave_loop(on_break);
        self.close();
        result
    }

    pub(super) fn labelled_block(&mut self, label: &Label, block: &syn::Block, to: To) -> Operand {
        let on_break = self.label();
        let mut joined = self.joined(to);
        let name = Some(label.name.ident.to_string());
        self.frame().loops.push(Loop { name, on_break, on_continue: None, result: joined.reg, owned: false });
        let operand = self.block(block, to);
        let taken = self.take_owned(operand);
        let owned = self.frame().loops.pop().is_some_and(|left| left.owned);
        let end = self.after(block.brace_token.span.close());
        self.join(&mut joined, taken, end);
        joined.owned |= owned;
        self.land(on_break);
        self.joined_value(&joined)
    }

    pub(super) fn break_expr(&mut self, of: &syn::ExprBreak) -> Operand {
        let taken = match &of.expr {
            Some(value) => {
                let operand = self.value(value);
                self.take_owned(operand)
            }
            None => Taken { value: Value::List(Vec::new()), owned: false },
        };
        let at = self.find_loop(of.label.as_ref(), false);
        let Some((at, result, target)) = at else {
            self.leave_function(Exit::Never);
            return Operand::unknown();
        };
        if let Some(reg) = result
            && self.frame().body.is_open()
        {
            let span = self.bytes(of.break_token.span);
            self.frame().body.bind(span, reg, taken.value);
            self.frame().loops[at].owned |= taken.owned;
        }
        self.jump(target);
        Operand::unknown()
    }

    pub(super) fn continue_expr(&mut self, of: &syn::ExprContinue) -> Operand {
        match self.find_loop(of.label.as_ref(), true) {
            Some((_, _, target)) => self.jump(target),
            None => self.leave_function(Exit::Never),
        }
        Operand::unknown()
    }

    /// The loop that a jump names; without a name the innermost that is a loop.
    fn find_loop(&mut self, label: Option<&syn::Lifetime>, goes_on: bool) -> Option<(usize, Option<Reg>, usize)> {
        let name = label.map(|label| label.ident.to_string());
        let loops = &self.frame().loops;
        let at = loops.iter().rposition(|known| match &name {
            Some(name) => known.name.as_ref() == Some(name),
            None => known.on_continue.is_some(),
        })?;
        let known = &loops[at];
        let target = if goes_on { known.on_continue? } else { known.on_break };
        Some((at, known.result, target))
    }
}
