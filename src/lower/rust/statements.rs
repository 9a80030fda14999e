//! Blocks and statements: `let`, `let … else`, items inside functions, expression statements.

use syn::{Expr, Item, Pat, Stmt};

use super::expressions::To;
use super::file::{Lower, name_of};
use super::frame::Named;
use super::functions::Home;
use super::items::is_test;
use super::patterns::by_reference;
use super::scopes::{Operand, Taken};
use super::spans;
use super::types;
use super::variables::{Found, NewVariable};
use crate::facts::{Edition, FunctionIx, FunctionKind, Type};

impl Lower<'_> {
    /// A block: its value is given back after its variables have ended.
    pub(super) fn block(&mut self, block: &syn::Block, to: To) -> Operand {
        let end = self.after(block.brace_token.span.close());
        self.open(end);
        self.local_items(&block.stmts);
        let taken = self.statements(&block.stmts, end, to);
        self.close();
        self.give_back(taken)
    }

    pub(super) fn statements(&mut self, stmts: &[Stmt], end: crate::facts::Span, to: To) -> Taken {
        let (tail, stmts) = match stmts.split_last() {
            Some((Stmt::Expr(tail, None), before)) => (Some(Tail::Expr(tail)), before),
            Some((Stmt::Macro(tail), before)) if tail.semi_token.is_none() => (Some(Tail::Macro(tail)), before),
            _ => (None, stmts),
        };
        for stmt in stmts {
            self.holes_before(stmt);
            self.statement(stmt);
        }
        self.holes_until(end.end);
        let Some(tail) = tail else {
            return Taken { value: crate::facts::Value::List(Vec::new()), owned: false };
        };
        // Since edition 2024 the temporaries of a tail end before the variables of its block.
        let own = (self.edition >= Edition::E2024).then(|| self.open_temporaries(end));
        let operand = match tail {
            Tail::Expr(tail) => self.expr(tail, to),
            Tail::Macro(tail) => self.macro_expr(&tail.mac, to),
        };
        let taken = self.take_owned(operand);
        if let Some(before) = own {
            self.close_temporaries(before);
        }
        taken
    }

    pub(super) fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Local(local) => self.let_statement(local),
            Stmt::Item(Item::Macro(item)) if item.ident.is_none() => self.macro_statement(&item.mac),
            Stmt::Item(_) => {}
            Stmt::Expr(expr, semi) => {
                let end = semi.map_or_else(|| spans::last(expr), |semi| semi.span);
                let end = self.after(end);
                let before = self.open_temporaries(end);
                let operand = self.expr(expr, To::NOTHING);
                self.settle(operand, end);
                self.close_temporaries(before);
            }
            Stmt::Macro(stmt) => self.macro_statement(&stmt.mac),
        }
    }

    /// Blanked text between statements did something that nobody can say.
    fn holes_before(&mut self, stmt: &Stmt) {
        if self.holes.is_empty() {
            return;
        }
        let first = match stmt {
            Stmt::Local(local) => local.let_token.span,
            Stmt::Expr(expr, _) => spans::first(expr),
            Stmt::Macro(stmt) => spans::path(&stmt.mac.path).0,
            Stmt::Item(_) => return,
        };
        let start = self.bytes(first).start;
        self.holes_until(start);
    }

    fn holes_until(&mut self, end: u32) {
        let start = self.frame_ref().start;
        while let Some(at) = self.holes.iter().position(|hole| start <= hole.start && hole.end <= end) {
            let hole = self.holes.remove(at);
            self.frame().body.unknown(hole, "blanked");
        }
    }

    fn macro_statement(&mut self, mac: &syn::Macro) {
        let end = self.after(mac.delimiter.span().close());
        if self.declaring_macro(mac) || self.expand_statements(mac) {
            return;
        }
        let before = self.open_temporaries(end);
        let operand = self.macro_expr(mac, To::NOTHING);
        self.settle(operand, end);
        self.close_statement(before);
    }

    pub(super) fn let_statement(&mut self, local: &syn::Local) {
        let (pattern, ty) = match &local.pat {
            Pat::Type(of) => (&*of.pat, types::ty(&of.ty)),
            pattern => (pattern, Type::Unknown),
        };
        let scope = self.frame().scopes.len() - 1;
        let Some(init) = &local.init else {
            return self.declare_names(pattern, &ty, scope);
        };
        let end = self.after(local.semi_token.span);
        let otherwise = init.diverge.as_ref().map(|_| self.label());
        let before = self.open_temporaries(end);
        match (pattern, otherwise) {
            (Pat::Wild(_), _) => self.let_nothing(&init.expr, scope),
            (Pat::Ident(ident), None) if ident.by_ref.is_none() && ident.subpat.is_none() => {
                let operand = self.expr(&init.expr, To::extended(scope));
                let taken = self.take_owned(operand);
                let name = name_of(&ident.ident);
                self.name_closure(&taken.value, name);
                let span = self.bytes(ident.ident.span());
                self.declare(NewVariable { name, span, ty, mutable: ident.mutability.is_some() }, taken, scope);
            }
            _ => {
                let subject = if by_reference(pattern) {
                    self.reference(&init.expr, To::extended(scope))
                } else if is_place(&init.expr) {
                    self.scrutinee(&init.expr)
                } else {
                    let operand = self.expr(&init.expr, To::extended(scope));
                    self.settle_subject(operand, &init.expr)
                };
                self.match_pattern(pattern, subject, otherwise, scope);
            }
        }
        self.close_statement(before);
        if let (Some((_, diverge)), Some(otherwise)) = (&init.diverge, otherwise) {
            let done = self.label();
            self.jump(done);
            self.land(otherwise);
            self.terminating(diverge, To::NOTHING);
            self.land(done);
        }
    }

    /// `let _ = x`: a variable is not used, not moved and, since edition 2021, not captured; a fresh value ends here.
    fn let_nothing(&mut self, init: &Expr, scope: usize) {
        if let Some(root) = bare_variable(init) {
            let Some(Found::Captured(at)) = self.find(root) else { return };
            let span = self.span(init);
            if self.edition <= Edition::E2018 {
                let place = self.capture_whole(at);
                self.frame().body.read(span, place);
            } else {
                let place = self.frame().captures[at].place.clone();
                self.frame().body.ignore(span, place);
            }
        } else if is_place(init) {
            self.spot(init, None);
        } else {
            let operand = self.expr(init, To::extended(scope));
            let end = self.after(spans::last(init));
            self.settle(operand, end);
        }
    }

    /// `let x;`
    fn declare_names(&mut self, pattern: &Pat, ty: &Type, scope: usize) {
        match pattern {
            Pat::Ident(ident) => {
                let (name, span) = (name_of(&ident.ident), self.bytes(ident.ident.span()));
                self.declare_later(NewVariable { name, span, ty: ty.clone(), mutable: true }, scope);
            }
            Pat::Tuple(tuple) => {
                for part in &tuple.elems {
                    self.declare_names(part, &Type::Unknown, scope);
                }
            }
            _ => {}
        }
    }

    /// Items inside a function: their names hold in the whole block.
    pub(super) fn local_items(&mut self, stmts: &[Stmt]) {
        if !stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_))) {
            return;
        }
        let mut functions: Vec<(&syn::ItemFn, FunctionIx)> = Vec::new();
        for stmt in stmts {
            let Stmt::Item(item) = stmt else { continue };
            match item {
                Item::Fn(item) => {
                    let function = self.reserve();
                    self.frame().names.push((name_of(&item.sig.ident), Named::Function(function)));
                    functions.push((item, function));
                }
                Item::Static(_) | Item::Const(_) => {}
                item => self.enter_item(item),
            }
        }
        for stmt in stmts {
            let Stmt::Item(item) = stmt else { continue };
            match item {
                Item::Static(item) => {
                    let constant = matches!(item.mutability, syn::StaticMutability::None);
                    self.local_static((&item.ident, &item.ty), &item.expr, constant);
                }
                Item::Const(item) if item.ident != "_" => self.local_static((&item.ident, &item.ty), &item.expr, true),
                Item::Fn(_) | Item::Const(_) | Item::Macro(_) => {}
                item => self.item(item),
            }
        }
        for (item, function) in functions {
            let home = Home {
                unit: self.module,
                kind: FunctionKind::Plain,
                visibility: None,
                generics: Vec::new(),
                shared: false,
                test: self.test || is_test(&item.attrs),
            };
            self.function(function, &item.sig, &item.vis, &item.attrs, home, Some(&item.block));
        }
    }

    fn local_static(&mut self, (ident, ty): (&syn::Ident, &syn::Type), init: &Expr, constant: bool) {
        let unit = self.module;
        let name = self.static_field(unit, (ident, ty), Some(init), (&syn::Visibility::Inherited, constant));
        self.frame().names.push((name_of(ident), Named::Static(name)));
    }
}

enum Tail<'a> {
    Expr(&'a Expr),
    Macro(&'a syn::StmtMacro),
}

/// Does it name a place rather than make a value?
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(of) => is_place(&of.expr),
        Expr::Group(of) => is_place(&of.expr),
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(of) => matches!(of.op, syn::UnOp::Deref(_)),
        _ => false,
    }
}

/// The variable that a path of fields starts from.
fn bare_variable(expr: &Expr) -> Option<crate::names::Name> {
    match expr {
        Expr::Paren(of) => bare_variable(&of.expr),
        Expr::Field(of) => bare_variable(&of.base),
        Expr::Unary(of) if matches!(of.op, syn::UnOp::Deref(_)) => bare_variable(&of.expr),
        Expr::Path(of) => of.path.get_ident().map(name_of),
        _ => None,
    }
}
