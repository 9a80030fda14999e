//! Statements, declarations among them.

use oxc_ast::ast::{self, Expression, Statement};
use oxc_span::GetSpan;

use super::bindings::Said;
use super::conditions::as_value;
use super::context::{Lower, Scope, at};
use crate::facts::{BlockIx, Exit, NoteKind, StepKind, Value};
use crate::names::Name;

impl<'a> Lower<'a> {
    /// A list of statements with a scope of its own: functions first, `using` dropped at its end.
    pub(super) fn statements(&mut self, statements: &'a [Statement<'a>]) {
        let mark = self.frame.scopes.len();
        self.hoist(statements);
        for statement in statements {
            self.statement(statement);
        }
        self.end_cleanups(mark);
    }

    /// Function declarations are there before the first statement runs.
    pub(super) fn hoist(&mut self, statements: &'a [Statement<'a>]) {
        for statement in statements {
            let function = match statement {
                Statement::FunctionDeclaration(function) => function,
                Statement::ExportDeclaration(export) => match &export.declaration {
                    ast::Declaration::FunctionDeclaration(function) => function,
                    _ => continue,
                },
                Statement::ExportDefaultDeclaration(export) => match &export.declaration {
                    ast::ExportDefaultDeclarationKind::FunctionDeclaration(function) => function,
                    _ => continue,
                },
                _ => continue,
            };
            if function.body.is_some() && !function.declare {
                let name = function.id.as_ref().map_or("default", |id| id.name.as_str());
                let name = self.name(name);
                let ix = self.declared_function(function, name);
                if let Some(id) = &function.id {
                    self.bind_item(id, Value::Function(ix));
                }
            }
        }
    }

    pub(super) fn statement(&mut self, statement: &'a Statement<'a>) {
        if !self.holes.is_empty() {
            self.fill_holes(statement.span().start);
        }
        match statement {
            Statement::ExpressionStatement(expression) => self.expression_statement(&expression.expression),
            Statement::VariableDeclaration(declaration) => self.variables(declaration),
            Statement::ReturnStatement(give) => self.return_statement(give),
            Statement::EmptyStatement(_) | Statement::DebuggerStatement(_) => {}
            Statement::FunctionDeclaration(function) => {
                // `if (x) function f() {}`: no list of statements hoisted it.
                if function.scope_id.get().is_some_and(|scope| self.homes[scope.index()].is_none()) {
                    self.hoist(std::slice::from_ref(statement));
                }
            }
            other => {
                self.deeper(at(other.span()), |lower| lower.compound_statement(other));
            }
        }
    }

    fn compound_statement(&mut self, statement: &'a Statement<'a>) {
        let labels = std::mem::take(&mut self.frame.labels);
        match statement {
            Statement::IfStatement(choice) => self.if_statement(choice),
            Statement::BlockStatement(block) => self.labelled(labels, |lower| lower.statements(&block.body)),
            Statement::ForStatement(each) => self.for_statement(each, labels),
            Statement::ForOfStatement(each) => self.for_of(each, labels),
            Statement::ForInStatement(each) => self.for_in(each, labels),
            Statement::WhileStatement(each) => self.while_statement(each, labels),
            Statement::DoWhileStatement(each) => self.do_while(each, labels),
            Statement::SwitchStatement(switch) => self.switch(switch, labels),
            Statement::TryStatement(attempt) => self.labelled(labels, |lower| lower.try_statement(attempt)),
            Statement::ThrowStatement(throw) => {
                let value = self.expr(&throw.argument);
                self.body().exit(Exit::Throw { value, span: at(throw.span) });
            }
            Statement::BreakStatement(leave) => self.leave(leave.label.as_ref().map(|label| label.name.as_str()), true),
            Statement::ContinueStatement(leave) => {
                self.leave(leave.label.as_ref().map(|label| label.name.as_str()), false);
            }
            Statement::LabeledStatement(labeled) => {
                self.frame.labels = labels;
                self.frame.labels.push(labeled.label.name.as_str());
                if let Statement::IfStatement(choice) = &labeled.body {
                    let labels = std::mem::take(&mut self.frame.labels);
                    return self.labelled(labels, |lower| lower.if_statement(choice));
                }
                self.statement(&labeled.body);
                self.frame.labels.clear();
            }
            Statement::WithStatement(with) => {
                self.expr(&with.object);
                let span = at(with.span);
                self.note(NoteKind::NotLowered, span, "with");
                self.body().step(span, StepKind::Unknown { what: Name::new("with") });
                self.statement(&with.body);
            }
            other => self.declaration_statement(other),
        }
    }

    fn declaration_statement(&mut self, statement: &'a Statement<'a>) {
        if let Some(declaration) = statement.as_declaration() {
            self.declaration(declaration);
        } else if let Some(module) = statement.as_module_declaration() {
            self.module_declaration(module);
        }
    }

    pub(super) fn declaration(&mut self, declaration: &'a ast::Declaration<'a>) {
        match declaration {
            ast::Declaration::VariableDeclaration(declaration) => self.variables(declaration),
            ast::Declaration::FunctionDeclaration(_) => {}
            ast::Declaration::ClassDeclaration(class) => {
                if class.declare {
                    return;
                }
                let unit = self.class(class, None);
                if let Some(id) = &class.id {
                    self.bind_item(id, Value::Class(unit));
                }
            }
            ast::Declaration::TSTypeAliasDeclaration(alias) => self.type_alias(alias),
            ast::Declaration::TSInterfaceDeclaration(interface) => self.interface(interface),
            ast::Declaration::TSEnumDeclaration(declaration) => self.enumeration(declaration),
            ast::Declaration::TSNamespaceDeclaration(namespace) => self.namespace(namespace),
            ast::Declaration::TSImportEqualsDeclaration(import) => self.import_equals(import),
            // `declare module "x"` and `declare global` hold types only.
            ast::Declaration::TSExternalModuleDeclaration(_) | ast::Declaration::TSGlobalDeclaration(_) => {}
        }
    }

    fn expression_statement(&mut self, expression: &'a Expression<'a>) {
        match expression.get_inner_expression() {
            Expression::AssignmentExpression(assignment) => {
                self.assignment(assignment, false);
            }
            // `ready && start()` for its effect: an `if` without `else`.
            Expression::LogicalExpression(logical) => {
                let (then, join) = (self.body().block(), self.body().block());
                match logical.operator {
                    ast::LogicalOperator::And => self.condition(&logical.left, then, join),
                    ast::LogicalOperator::Or => self.condition(&logical.left, join, then),
                    ast::LogicalOperator::Coalesce => {
                        let value = self.expr(&logical.left);
                        self.body().branch(at(logical.span), crate::facts::Test::Absent(value), then, join);
                    }
                }
                self.body().start(then);
                self.expression_statement(&logical.right);
                self.body().start(join);
            }
            Expression::ConditionalExpression(choice) => {
                let (then, otherwise, join) = (self.body().block(), self.body().block(), self.body().block());
                self.condition(&choice.test, then, otherwise);
                self.body().start(then);
                self.expression_statement(&choice.consequent);
                self.body().goto(join);
                self.body().start(otherwise);
                self.expression_statement(&choice.alternate);
                self.body().start(join);
            }
            other => {
                let value = self.expr(other);
                // An object literal standing alone (`void {…}`) still made its parts; nothing else to keep.
                drop(value);
            }
        }
    }

    pub(super) fn variables(&mut self, declaration: &'a ast::VariableDeclaration<'a>) {
        if declaration.declare {
            return;
        }
        let constant = declaration.kind.is_const() || declaration.kind.is_using();
        for declarator in &declaration.declarations {
            let Some(init) = &declarator.init else {
                self.empty_variable(declaration, declarator);
                continue;
            };
            if self.is_required_import(declarator, init) {
                continue;
            }
            let said = self.said(declarator, init, constant);
            let id = declarator.id.get_binding_identifier();
            self.hint = id.map(|id| self.name(id.name.as_str()));
            let symbol = id.and_then(|id| id.symbol_id.get());
            let value = match symbol {
                Some(symbol) if Self::is_comparison(init) && !self.is_mutable(symbol) => {
                    self.hint = None;
                    let test = self.test(init.get_inner_expression());
                    let value = as_value(&test);
                    self.symbols[symbol.index()].test = Some(Box::new(test));
                    value
                }
                _ => self.expr(init),
            };
            self.hint = None;
            if declaration.kind.is_using() {
                self.using(declaration, declarator, value, said);
            } else {
                self.bind(&declarator.id, value, said);
            }
        }
    }

    fn said(&mut self, declarator: &'a ast::VariableDeclarator<'a>, init: &'a Expression<'a>, constant: bool) -> Said {
        let mut ty = self.annotation(declarator.type_annotation.as_deref());
        if ty == crate::facts::Type::Unknown {
            ty = self.asserted(init);
        }
        let made = self.made(init);
        Said { ty, made, constant }
    }

    /// `let x;` starts absent; `var x;` again changes nothing.
    fn empty_variable(
        &mut self,
        declaration: &'a ast::VariableDeclaration<'a>,
        declarator: &'a ast::VariableDeclarator<'a>,
    ) {
        let ty = self.annotation(declarator.type_annotation.as_deref());
        if declaration.kind.is_var()
            && let Some(symbol) = declarator.id.get_binding_identifier().and_then(|id| id.symbol_id.get())
            && (self.symbols[symbol.index()].param.is_some() || self.symbols[symbol.index()].declared)
        {
            return;
        }
        self.bind(&declarator.id, Value::Absent, Said { ty, ..Said::default() });
    }

    fn if_statement(&mut self, mut choice: &'a ast::IfStatement<'a>) {
        let join = self.body().block();
        loop {
            let (then, otherwise) = (self.body().block(), self.body().block());
            self.condition(&choice.test, then, otherwise);
            self.body().start(then);
            self.statement(&choice.consequent);
            self.body().goto(join);
            self.body().start(otherwise);
            match &choice.alternate {
                // A long `else if` chain is one loop.
                Some(Statement::IfStatement(next)) => choice = next,
                Some(alternate) => {
                    self.statement(alternate);
                    break;
                }
                None => break,
            }
        }
        self.body().start(join);
    }

    /// A statement that `break label` can leave.
    fn labelled(&mut self, labels: Vec<&'a str>, lower: impl FnOnce(&mut Self)) {
        if labels.is_empty() {
            return lower(self);
        }
        let end = self.body().block();
        self.frame.scopes.push(Scope::Target { labels, break_to: end, continue_to: None, plain: true });
        lower(self);
        self.frame.scopes.pop();
        self.body().start(end);
    }

    /// `break` and `continue`: the cleanups between here and there run first.
    fn leave(&mut self, label: Option<&'a str>, is_break: bool) {
        let found = self.frame.scopes.iter().enumerate().rev().find_map(|(depth, scope)| match scope {
            Scope::Target { labels, break_to, continue_to, plain } => {
                let named = label.is_some_and(|label| labels.contains(&label));
                let nearest = label.is_none() && !plain && (is_break || continue_to.is_some());
                let to: Option<BlockIx> = if is_break { Some(*break_to) } else { *continue_to };
                (named || nearest).then_some((depth, to))
            }
            Scope::Cleanup { .. } => None,
        });
        if let Some((depth, Some(to))) = found {
            self.run_cleanups(depth);
            self.body().goto(to);
        } else {
            self.body().exit(Exit::Never);
        }
    }

    /// An object that a function returns is called like the function.
    pub(super) fn returned(&mut self, expression: &'a Expression<'a>) -> Value {
        if matches!(expression, Expression::ObjectExpression(_)) {
            self.hint = Some(self.facts.functions[self.frame.ix.index()].name);
        }
        let value = self.expr(expression);
        self.hint = None;
        value
    }

    fn return_statement(&mut self, give: &'a ast::ReturnStatement<'a>) {
        let value = give.argument.as_ref().map_or(Value::Absent, |argument| self.returned(argument));
        self.run_cleanups(0);
        self.body().exit(Exit::Return { value, span: at(give.span) });
    }

    /// Text that was blanked before here, in this function, is an unknown step of it.
    pub(super) fn fill_holes(&mut self, before: u32) {
        let within = self.facts.functions[self.frame.ix.index()].span;
        let first = self.holes.partition_point(|hole| hole.start < within.start);
        let last = self.holes.partition_point(|hole| hole.start < before.min(within.end));
        if first < last {
            let holes: Vec<_> = self.holes.drain(first..last).collect();
            for hole in holes {
                self.body().unknown(hole, "blanked");
            }
        }
    }
}
