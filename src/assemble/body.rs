//! Bodies: a frame's blocks in order, their exits, and the children that were started on the way.

use super::frame::{Back, Frame, Given};
use super::ops::Here;
use super::values::parameter;
use super::{FlowMaker, SiteInfo, TooLong};
use crate::assemble::code::Label;
use crate::explore::model::{Op, RegIx, Site, Val};
use crate::facts::{Exit, Span, Value};
use crate::link::bind::{Callable, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Loc};

impl<'p> FlowMaker<'_, 'p> {
    /// The whole flow: the root function, then every child that was started.
    pub(super) fn root(&mut self, function: FunctionId) -> Result<(), TooLong> {
        let params = self.program.function(function).params.len();
        let given = (0..params)
            .map(|index| Given {
                value: parameter(function, index),
                // The run begins here: what it is given stands for itself.
                loc: Some(Loc::new(Base::Param(function, index as u16))),
                callable: Callable::No,
                path: None,
                guard: None,
                text: format!("p{index}"),
            })
            .collect();
        let frame = self.enter(function, None, given, Back::End, None);
        self.frames.push(frame);
        self.body()?;
        self.frames.pop();
        while let Some(child) = self.later.pop() {
            self.code.place(child.entry);
            self.frames = child.frames;
            if let Some((op, site)) = child.first {
                self.code.push(op, site, None, false);
            }
            self.body()?;
            self.frames.clear();
        }
        Ok(())
    }

    pub(super) fn enter(
        &mut self,
        id: FunctionId,
        this: Option<Loc>,
        given: Vec<Given>,
        back: Back,
        here: Option<Here>,
    ) -> Frame<'p> {
        let program = self.program;
        let body = program.body(id);
        let base = self.code.registers(body.registers.len() as RegIx);
        let blocks = (0..body.blocks.len()).map(|_| self.code.label()).collect();
        let called_at = here.map(|here| here.site);
        // A child's errors are its own: they settle its promise.
        let on_error = here.filter(|_| matches!(back, Back::To { .. })).and_then(|here| here.on_error);
        Frame { id, body, this, given, locals: Vec::new(), base, blocks, back, called_at, on_error }
    }

    /// The body of the top frame.
    pub(super) fn body(&mut self) -> Result<(), TooLong> {
        let program = self.program;
        let (id, body) = (self.frame().id, self.frame().body);
        let function = program.function(id);
        for (at, block) in function.blocks.iter().enumerate() {
            let label = self.frame().blocks[at];
            self.code.place(label);
            let on_error = match block.on_error {
                Some(to) => Some(self.frame().blocks[to.index()]),
                None => self.frame().on_error,
            };
            let ops = &body.blocks[at];
            let mut next = 0;
            while let Some(op) = ops.get(next) {
                let here = Here { site: self.site(op.span), on_error };
                next += self.op(op, ops.get(next + 1), here)?;
                if self.code.is_too_long() {
                    return Err(TooLong);
                }
            }
            self.exit(&block.exit, on_error);
        }
        Ok(())
    }

    pub(super) fn site(&mut self, span: Span) -> Site {
        let function = self.frame().id;
        let called_at = self.frame().called_at;
        self.sites.push(SiteInfo { function, span, called_at });
        Site(self.sites.len() as u32 - 1)
    }

    pub(super) fn exit(&mut self, exit: &Exit, on_error: Option<Label>) {
        match exit {
            Exit::Goto(to) => {
                let site = self.site(Span::default());
                let label = self.frame().blocks[to.index()];
                self.code.jump(label, site);
            }
            Exit::Branch { test, then, otherwise, span } => {
                let site = self.site(*span);
                let check = self.check(test);
                let (then, otherwise) = (self.frame().blocks[then.index()], self.frame().blocks[otherwise.index()]);
                self.code.branch(check, then, site);
                self.code.jump(otherwise, site);
            }
            Exit::Return { value, span } => {
                let site = self.site(*span);
                self.give_back(value, Here { site, on_error });
            }
            Exit::Throw { span, .. } => {
                let site = self.site(*span);
                self.code.push(Op::Fail, site, on_error, false);
            }
            Exit::Never => {
                let site = self.site(Span::default());
                self.code.push(Op::Return { value: Val::Unknown }, site, None, false);
            }
        }
    }

    pub(super) fn give_back(&mut self, value: &Value, here: Here) {
        let function = self.program.function(self.frame().id);
        let mut result = self.value(value);
        // An async function that returns a promise ends when that promise does, behind every `finally`; so does what is
        // started behind another promise.
        let begun = matches!(self.frame().back, Back::End) && self.frames.len() > 1;
        if (function.is_async || begun) && self.is_promise(value) {
            let into = self.code.registers(1);
            self.push(Op::Join { on: result, into }, here);
            result = Val::Reg(into);
        }
        match self.frame().back {
            Back::End => self.push(Op::Return { value: result }, here),
            Back::To { into, label } => {
                self.push(Op::Let { into, value: result }, here);
                self.code.jump(label, here.site);
            }
        }
    }

    pub(super) fn is_promise(&self, value: &Value) -> bool {
        match value {
            Value::Reg(reg) => {
                let info = self.frame().body.registers.get(reg.index());
                info.is_some_and(|info| info.promise) || matches!(self.made_by(value), Some(OpKind::Act { .. }))
            }
            _ => false,
        }
    }
}
