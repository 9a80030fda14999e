//! What a file takes from and gives to others: imports, exports, CommonJS, namespaces, enums.

use oxc_ast::ast::{self, Expression};

use super::bindings::{Ref, Said};
use super::classes::plain_field;
use super::context::{Lower, at};
use crate::facts::{
    Arg, Callee, Elem, Export, FunctionKind, Import, Passing, Place, Root, Span, Type, Unit, UnitIx, UnitKind, Value,
    Visibility, WriteHow,
};
use crate::names::Name;

impl<'a> Lower<'a> {
    pub(super) fn module_declaration(&mut self, declaration: &'a ast::ModuleDeclaration<'a>) {
        match declaration {
            ast::ModuleDeclaration::ImportDeclaration(import) => self.import(import),
            ast::ModuleDeclaration::ExportDeclaration(export) => {
                self.declaration(&export.declaration);
                self.export_declared(&export.declaration);
            }
            ast::ModuleDeclaration::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let (name, local) = (module_name(&specifier.exported), module_name(&specifier.local));
                    self.export(name, local, None, at(specifier.span));
                }
            }
            ast::ModuleDeclaration::ExportFromDeclaration(export) => {
                let from = export.source.value.as_str();
                for specifier in &export.specifiers {
                    let (name, local) = (module_name(&specifier.exported), module_name(&specifier.local));
                    self.export(name, local, Some(from), at(specifier.span));
                }
            }
            ast::ModuleDeclaration::ExportAllDeclaration(export) => {
                let name = export.exported.as_ref().map_or("*", module_name);
                self.export(name, "*", Some(export.source.value.as_str()), at(export.span));
            }
            ast::ModuleDeclaration::ExportDefaultDeclaration(export) => self.export_default(export),
            ast::ModuleDeclaration::TSExportAssignment(export) => {
                self.export_value("default", &export.expression, at(export.span));
            }
            ast::ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
    }

    fn import(&mut self, import: &'a ast::ImportDeclaration<'a>) {
        let from = import.source.value.as_str();
        let type_only = import.import_kind.is_type();
        let Some(specifiers) = &import.specifiers else {
            return self.add_import(from, "", "", at(import.span), false);
        };
        for specifier in specifiers {
            let (name, local, span, type_only) = match specifier {
                ast::ImportDeclarationSpecifier::ImportSpecifier(specifier) => (
                    module_name(&specifier.imported),
                    specifier.local.name.as_str(),
                    specifier.span,
                    type_only || specifier.import_kind.is_type(),
                ),
                ast::ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                    ("default", specifier.local.name.as_str(), specifier.span, type_only)
                }
                ast::ImportDeclarationSpecifier::ImportNamespaceSpecifier(specifier) => {
                    ("*", specifier.local.name.as_str(), specifier.span, type_only)
                }
            };
            self.add_import(from, name, local, at(span), type_only);
        }
    }

    fn add_import(&mut self, from: &'a str, name: &'a str, local: &'a str, span: Span, type_only: bool) {
        let (from, name, local) = (self.name(from), self.name(name), self.name(local));
        let unit = UnitIx(0);
        self.facts.imports.push(Import { from, name, local, unit, span, type_only, public: false });
    }

    fn export(&mut self, name: &'a str, local: &'a str, from: Option<&'a str>, span: Span) {
        // What a namespace exports is reached through the namespace.
        if self.frame.unit != UnitIx(0) {
            let local = self.name(local);
            return self.namespace_exports.push((self.frame.unit, local));
        }
        let from = from.map(|from| self.name(from));
        let (name, local) = (self.name(name), self.name(local));
        self.facts.exports.push(Export { name, local, from, span });
    }

    fn export_declared(&mut self, declaration: &'a ast::Declaration<'a>) {
        if let ast::Declaration::VariableDeclaration(variables) = declaration {
            for declarator in &variables.declarations {
                for id in declarator.id.get_binding_identifiers() {
                    self.export(id.name.as_str(), id.name.as_str(), None, at(id.span));
                }
            }
        } else if let Some(id) = declaration.id() {
            self.export(id.name.as_str(), id.name.as_str(), None, at(id.span));
        }
    }

    fn export_default(&mut self, export: &'a ast::ExportDefaultDeclaration<'a>) {
        let span = at(export.span);
        match &export.declaration {
            ast::ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let local = function.id.as_ref().map_or("default", |id| id.name.as_str());
                self.export("default", local, None, span);
            }
            ast::ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let name = self.name("default");
                let unit = self.class(class, Some(name));
                if let Some(id) = &class.id {
                    self.bind_item(id, Value::Class(unit));
                }
                let local = class.id.as_ref().map_or("default", |id| id.name.as_str());
                self.export("default", local, None, span);
            }
            ast::ExportDefaultDeclarationKind::TSInterfaceDeclaration(interface) => {
                self.interface(interface);
                self.export("default", interface.id.name.as_str(), None, span);
            }
            declaration => {
                if let Some(expression) = declaration.as_expression() {
                    self.export_value("default", expression, span);
                }
            }
        }
    }

    /// `export default value`, `export = value`: a name that is bound already, or a binding of its own.
    fn export_value(&mut self, name: &'a str, expression: &'a Expression<'a>, span: Span) {
        if let Expression::Identifier(id) = expression.get_inner_expression()
            && self.symbol_of(id).is_some()
        {
            return self.export(name, id.name.as_str(), None, span);
        }
        let local = self.name(name);
        let value = self.expr_named(local, expression);
        self.export_made(name, value, expression, span);
        self.export(name, name, None, span);
    }

    /// A module-level binding that only exporting makes.
    fn export_made(&mut self, name: &'a str, value: Value, expression: &'a Expression<'a>, span: Span) {
        let name = self.name(name);
        let mut field = plain_field(name, self.asserted(expression), span);
        field.init = self.lasting(&value);
        field.made = self.made(expression);
        field.constant = true;
        self.field(UnitIx(0), field);
        let place = Place { root: Root::Module, path: vec![Elem::Field(name)] };
        self.body().write(span, place, WriteHow::Init, value);
    }

    /// `module.exports = …`, `exports.x = …`, `module.exports.x = …` at the top level.
    pub(super) fn maybe_export(&mut self, place: &Place, value: &Value, from: &'a Expression<'a>, span: Span) {
        if place.root != Root::Global || self.frame.ix.0 != 0 {
            return;
        }
        let names: Vec<Name> = place
            .path
            .iter()
            .map_while(|elem| match elem {
                Elem::Field(name) => Some(*name),
                _ => None,
            })
            .collect();
        let named = match names.as_slice() {
            [module, exports] if *module == "module" && *exports == "exports" => None,
            [module, exports, name] if *module == "module" && *exports == "exports" => Some(*name),
            [exports, name] if *exports == "exports" => Some(*name),
            _ => return,
        };
        match (named, from.get_inner_expression()) {
            (Some(name), from) => self.common_export(name.as_str(), value, from, span),
            (None, Expression::ObjectExpression(object)) => {
                for property in &object.properties {
                    if let ast::ObjectPropertyKind::ObjectProperty(property) = property
                        && let Expression::Identifier(id) = &property.value
                    {
                        let name = self.key_name(&property.key, property.computed);
                        self.export(name.as_str(), id.name.as_str(), None, at(property.span));
                    }
                }
                self.common_export("default", value, from, span);
            }
            (None, from) => self.common_export("default", value, from, span),
        }
    }

    fn common_export(&mut self, name: &'static str, value: &Value, from: &'a Expression<'a>, span: Span) {
        if let Expression::Identifier(id) = from
            && self.symbol_of(id).is_some()
        {
            return self.export(name, id.name.as_str(), None, span);
        }
        let bound = self.scoping.get_root_binding(name.into()).is_some();
        if !bound {
            self.export_made(name, value.clone(), from, span);
        }
        self.export(name, name, None, span);
    }

    /// `const x = require("m")`, `const { a, b: c } = require("m")` at the top level are imports and nothing else.
    pub(super) fn is_required_import(
        &mut self,
        declarator: &'a ast::VariableDeclarator<'a>,
        init: &'a Expression<'a>,
    ) -> bool {
        let Expression::CallExpression(call) = init.get_inner_expression() else { return false };
        if self.frame.ix.0 != 0 || !self.is_require(call) {
            return false;
        }
        let Some(from) = call.common_js_require() else { return false };
        let from: &'a str = from.value.as_str();
        match &declarator.id {
            ast::BindingPattern::BindingIdentifier(id) if self.is_fixed(id) => {
                self.add_import(from, "*", id.name.as_str(), at(declarator.span), false);
                true
            }
            ast::BindingPattern::ObjectPattern(object) if object.rest.is_none() => {
                let names: Option<Vec<_>> = object
                    .properties
                    .iter()
                    .map(|property| match (&property.key, &property.value) {
                        (ast::PropertyKey::StaticIdentifier(key), ast::BindingPattern::BindingIdentifier(id))
                            if self.is_fixed(id) =>
                        {
                            Some((key.name.as_str(), id.name.as_str(), property.span))
                        }
                        _ => None,
                    })
                    .collect();
                let Some(names) = names else { return false };
                for (name, local, span) in names {
                    self.add_import(from, name, local, at(span), false);
                }
                true
            }
            _ => false,
        }
    }

    /// A module-level binding that is never assigned to again.
    fn is_fixed(&self, id: &ast::BindingIdentifier<'a>) -> bool {
        id.symbol_id.get().is_some_and(|symbol| {
            self.scoping.symbol_scope_id(symbol) == self.scoping.root_scope_id() && !self.is_mutable(symbol)
        })
    }

    /// The enums of the file's top level, so that functions hoisted above them know their members.
    pub(super) fn find_enums(&mut self, statements: &'a [ast::Statement<'a>]) {
        for statement in statements {
            let declaration = match statement {
                ast::Statement::TSEnumDeclaration(declaration) => declaration,
                ast::Statement::ExportDeclaration(export) => match &export.declaration {
                    ast::Declaration::TSEnumDeclaration(declaration) => declaration,
                    _ => continue,
                },
                _ => continue,
            };
            let name = self.name(declaration.id.name.as_str());
            self.enums.insert(name);
        }
    }

    fn is_require(&self, call: &ast::CallExpression<'a>) -> bool {
        match &call.callee {
            Expression::Identifier(id) => call.is_require_call() && self.symbol_of(id).is_none(),
            _ => false,
        }
    }

    /// `require("m")` anywhere else still says that the file needs the module.
    pub(super) fn required(&mut self, call: &'a ast::CallExpression<'a>) {
        if self.is_require(call)
            && let Some(Expression::StringLiteral(from)) =
                call.arguments.first().and_then(|first| first.as_expression())
        {
            self.add_import(from.value.as_str(), "*", "", at(call.span), false);
        }
    }

    pub(super) fn dynamic_import(&mut self, import: &'a ast::ImportExpression<'a>) -> Value {
        let span = at(import.span);
        if let Expression::StringLiteral(from) = &import.source {
            self.add_import(from.value.as_str(), "*", "", span, false);
        }
        let value = self.expr(&import.source);
        let mut args = vec![Arg { name: None, value, passing: Passing::Value }];
        if let Some(options) = &import.options {
            args.push(Arg { name: None, value: self.expr(options), passing: Passing::Value });
        }
        let place = self.global("import");
        let callee = Callee::Place(self.body().place(place));
        Value::Reg(self.body().call(span, callee, args))
    }

    /// `import x = require("m")`, `import A = N.B`
    pub(super) fn import_equals(&mut self, import: &'a ast::TSImportEqualsDeclaration<'a>) {
        let span = at(import.span);
        let type_only = import.import_kind.is_type();
        match &import.module_reference {
            ast::TSModuleReference::ExternalModuleReference(from) => {
                let from = from.expression.value.as_str();
                self.add_import(from, "*", import.id.name.as_str(), span, type_only);
            }
            ast::TSModuleReference::IdentifierReference(id) => {
                let value = match self.lookup(id) {
                    Ref::Value(value) => value,
                    Ref::Place(place) => Value::Reg(self.body().read(span, place)),
                };
                self.declare(&import.id, value, Said { constant: true, ..Said::default() });
            }
            ast::TSModuleReference::QualifiedName(name) => {
                let mut names = vec![name.right.name.as_str()];
                let mut left = &name.left;
                let mut place = loop {
                    match left {
                        ast::TSTypeName::IdentifierReference(id) => break self.place_of_name(id),
                        ast::TSTypeName::QualifiedName(inner) => {
                            names.push(inner.right.name.as_str());
                            left = &inner.left;
                        }
                        ast::TSTypeName::ThisExpression(_) => break self.this(),
                    }
                };
                for name in names.into_iter().rev() {
                    place.path.push(Elem::Field(self.name(name)));
                }
                let value = Value::Reg(self.body().read(span, place));
                self.declare(&import.id, value, Said { constant: true, ..Said::default() });
            }
        }
    }

    /// A namespace is a unit; its names are places below its own name.
    pub(super) fn namespace(&mut self, namespace: &'a ast::TSNamespaceDeclaration<'a>) {
        if namespace.declare {
            return;
        }
        let name = self.name(namespace.id.name.as_str());
        let unit = self.new_unit(name, UnitKind::Module, at(namespace.span));
        let outer = std::mem::replace(&mut self.frame.unit, unit);
        let mut path = self.namespace_path.clone();
        path.push(name);
        if let Some(scope) = namespace.scope_id.get() {
            self.namespaces.insert(scope.index() as u32, path.clone());
        }
        let outer_path = std::mem::replace(&mut self.namespace_path, path);
        match &namespace.body {
            ast::TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                self.deeper(at(inner.span), |lower| lower.namespace(inner));
            }
            ast::TSNamespaceDeclarationBody::TSModuleBlock(block) => self.statements(&block.body),
        }
        self.namespace_path = outer_path;
        self.frame.unit = outer;
    }

    pub(super) fn new_unit(&mut self, name: Name, kind: UnitKind, span: Span) -> UnitIx {
        let unit = UnitIx(self.facts.units.len() as u32);
        self.facts.units.push(Unit {
            name,
            kind,
            span,
            parent: Some(self.frame.unit),
            bases: Vec::new(),
            fields: Vec::new(),
            exported: false,
            decorators: Vec::new(),
            test: self.facts.test,
            generics: Vec::new(),
        });
        unit
    }

    pub(super) fn enumeration(&mut self, declaration: &'a ast::TSEnumDeclaration<'a>) {
        let name = self.name(declaration.id.name.as_str());
        let unit = self.new_unit(name, UnitKind::Enum, at(declaration.span));
        let mut next = Some(0i64);
        for member in &declaration.body.members {
            let value = match &member.initializer {
                Some(initializer) => self.expr(initializer),
                None => next.map_or(Value::Unknown, Value::Int),
            };
            next = match value {
                Value::Int(number) => number.checked_add(1),
                _ => None,
            };
            let member_name = self.name(member.id.static_name().as_str());
            let mut field = plain_field(member_name, Type::Unknown, at(member.span));
            field.init = self.lasting(&value);
            field.is_static = true;
            field.constant = true;
            self.field(unit, field);
        }
        self.bind_item(&declaration.id, Value::Class(unit));
    }

    /// Functions and units that the file (or a namespace) exports are public.
    pub(super) fn publish(&mut self) {
        let mut exported = std::mem::take(&mut self.namespace_exports);
        let own = self.facts.exports.iter().filter(|export| export.from.is_none());
        exported.extend(own.map(|export| (UnitIx(0), export.local)));
        exported.sort_unstable();
        exported.dedup();
        let is_exported = |unit: UnitIx, name: Name| exported.binary_search(&(unit, name)).is_ok();
        for unit in &mut self.facts.units {
            if let Some(parent) = unit.parent
                && unit.kind != UnitKind::Object
            {
                unit.exported = is_exported(parent, unit.name);
            }
        }
        let mut values: Vec<Value> = Vec::new();
        for (index, unit) in self.facts.units.iter_mut().enumerate().filter(|(_, unit)| unit.kind == UnitKind::Module) {
            for field in &mut unit.fields {
                field.private = !is_exported(UnitIx(index as u32), field.name);
                if !field.private && matches!(field.init, Value::Function(_) | Value::Class(_)) {
                    values.push(field.init.clone());
                }
            }
        }
        for value in values {
            match value {
                Value::Function(ix) => self.facts.functions[ix.index()].visibility = Visibility::Public,
                Value::Class(unit) => self.facts.units[unit.index()].exported = true,
                _ => {}
            }
        }
        for function in &mut self.facts.functions {
            let top = function.outer.is_some_and(|outer| outer.0 == 0) && function.kind == FunctionKind::Plain;
            if top && is_exported(function.unit, function.name) {
                function.visibility = Visibility::Public;
            }
        }
    }
}

fn module_name<'a>(name: &ast::ModuleExportName<'a>) -> &'a str {
    match name {
        ast::ModuleExportName::IdentifierName(name) => name.name.as_str(),
        ast::ModuleExportName::IdentifierReference(name) => name.name.as_str(),
        ast::ModuleExportName::StringLiteral(name) => name.value.as_str(),
    }
}
