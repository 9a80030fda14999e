//! Type annotations, interfaces, aliases: as much of them as `facts::Type` holds.

use oxc_ast::ast::{self, Expression, TSType};
use oxc_span::GetSpan;

use super::classes::plain_field;
use super::context::{Lower, at};
use crate::facts::{Alias, Type, Unit, UnitIx, UnitKind};
use crate::names::Name;

/// Types nest as deep as their author likes; nothing below this depth names a lock.
const DEEPEST: u32 = 12;

impl<'a> Lower<'a> {
    pub(super) fn annotation(&mut self, annotation: Option<&'a ast::TSTypeAnnotation<'a>>) -> Type {
        annotation.map_or(Type::Unknown, |annotation| self.ty(&annotation.type_annotation))
    }

    pub(super) fn ty(&mut self, ty: &'a TSType<'a>) -> Type {
        self.ty_to(ty, DEEPEST)
    }

    fn ty_to(&mut self, ty: &'a TSType<'a>, levels: u32) -> Type {
        let Some(levels) = levels.checked_sub(1) else { return Type::Unknown };
        let word = match ty {
            TSType::TSStringKeyword(_) | TSType::TSTemplateLiteralType(_) => "string",
            TSType::TSNumberKeyword(_) => "number",
            TSType::TSBooleanKeyword(_) | TSType::TSTypePredicate(_) => "boolean",
            TSType::TSNullKeyword(_) => "null",
            TSType::TSUndefinedKeyword(_) => "undefined",
            TSType::TSVoidKeyword(_) => "void",
            TSType::TSAnyKeyword(_) => "any",
            TSType::TSUnknownKeyword(_) => "unknown",
            TSType::TSNeverKeyword(_) => "never",
            TSType::TSObjectKeyword(_) | TSType::TSTypeLiteral(_) | TSType::TSMappedType(_) => "object",
            TSType::TSSymbolKeyword(_) => "symbol",
            TSType::TSBigIntKeyword(_) => "bigint",
            TSType::TSThisType(_) => "this",
            TSType::TSLiteralType(literal) => match literal.literal {
                ast::TSLiteral::BooleanLiteral(_) => "boolean",
                ast::TSLiteral::NumericLiteral(_) | ast::TSLiteral::UnaryExpression(_) => "number",
                ast::TSLiteral::BigIntLiteral(_) => "bigint",
                _ => "Literal",
            },
            other => return self.formed(other, levels),
        };
        Type::Named { path: self.name(word), args: Vec::new() }
    }

    fn formed(&mut self, ty: &'a TSType<'a>, levels: u32) -> Type {
        match ty {
            TSType::TSTypeReference(reference) => {
                let path = self.name(self.slice(reference.type_name.span()));
                let args = reference.type_arguments.as_deref();
                let args = args.map_or(Vec::new(), |args| self.all(&args.params, levels));
                Type::Named { path, args }
            }
            TSType::TSArrayType(array) => {
                let args = vec![self.ty_to(&array.element_type, levels)];
                Type::Named { path: self.name("Array"), args }
            }
            TSType::TSUnionType(union) => {
                let args = self.all(&union.types, levels);
                Type::Named { path: self.name("Union"), args }
            }
            TSType::TSIntersectionType(both) => Type::Dyn(self.all(&both.types, levels)),
            TSType::TSFunctionType(function) => {
                Type::Function { result: Box::new(self.ty_to(&function.return_type.type_annotation, levels)) }
            }
            TSType::TSConstructorType(function) => {
                Type::Function { result: Box::new(self.ty_to(&function.return_type.type_annotation, levels)) }
            }
            TSType::TSTupleType(tuple) => {
                let args = tuple.element_types.iter().map(|element| self.element_type(element, levels)).collect();
                Type::Named { path: self.name("Tuple"), args }
            }
            TSType::TSParenthesizedType(inner) => self.ty_to(&inner.type_annotation, levels),
            TSType::TSTypeOperatorType(inner) if inner.operator == ast::TSTypeOperatorOperator::Readonly => {
                self.ty_to(&inner.type_annotation, levels)
            }
            TSType::TSTypeQuery(query) => Type::Named { path: self.name(self.slice(query.span)), args: Vec::new() },
            TSType::TSImportType(import) => Type::Named { path: self.name(self.slice(import.span)), args: Vec::new() },
            _ => Type::Unknown,
        }
    }

    fn element_type(&mut self, element: &'a ast::TSTupleElement<'a>, levels: u32) -> Type {
        match element {
            ast::TSTupleElement::TSOptionalType(inner) => or_undefined(self.ty_to(&inner.type_annotation, levels)),
            ast::TSTupleElement::TSRestType(inner) => self.ty_to(&inner.type_annotation, levels),
            ast::TSTupleElement::TSNamedTupleMember(member) => match member.element_type.as_ts_type() {
                Some(ty) => self.ty_to(ty, levels),
                None => Type::Unknown,
            },
            element => element.as_ts_type().map_or(Type::Unknown, |ty| self.ty_to(ty, levels)),
        }
    }

    fn all(&mut self, types: &'a [TSType<'a>], levels: u32) -> Vec<Type> {
        types.iter().map(|ty| self.ty_to(ty, levels)).collect()
    }

    pub(super) fn type_arguments(&mut self, args: Option<&'a ast::TSTypeParameterInstantiation<'a>>) -> Vec<Type> {
        args.map_or(Vec::new(), |args| self.all(&args.params, DEEPEST))
    }

    /// Type parameters with their bounds.
    pub(super) fn generics(&mut self, params: Option<&'a ast::TSTypeParameterDeclaration<'a>>) -> Vec<(Name, Type)> {
        let Some(params) = params else { return Vec::new() };
        let bound = |param: &'a ast::TSTypeParameter<'a>| {
            let bounds = param.constraint.as_ref().map(|bound| self.ty(bound)).into_iter().collect();
            (self.name(param.name.name.as_str()), Type::Dyn(bounds))
        };
        params.params.iter().map(bound).collect()
    }

    /// `x as T`, `<T>x`, `x satisfies T`: what an initialiser says of its type. `as const` says nothing.
    pub(super) fn asserted(&mut self, expression: &'a Expression<'a>) -> Type {
        match expression {
            Expression::TSAsExpression(cast) if !cast.type_annotation.is_const_type_reference() => {
                self.ty(&cast.type_annotation)
            }
            Expression::TSTypeAssertion(cast) if !cast.type_annotation.is_const_type_reference() => {
                self.ty(&cast.type_annotation)
            }
            Expression::TSSatisfiesExpression(cast) => self.ty(&cast.type_annotation),
            _ => Type::Unknown,
        }
    }

    /// The class that `new X<T>(…)` names.
    pub(super) fn made(&mut self, expression: &'a Expression<'a>) -> Type {
        match expression.get_inner_expression() {
            Expression::NewExpression(new) => match new.callee.get_inner_expression() {
                callee @ (Expression::Identifier(_) | Expression::StaticMemberExpression(_)) => {
                    let args = self.type_arguments(new.type_arguments.as_deref());
                    Type::Named { path: self.name(self.slice(callee.span())), args }
                }
                _ => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }

    pub(super) fn type_alias(&mut self, alias: &'a ast::TSTypeAliasDeclaration<'a>) {
        let ty = self.ty(&alias.type_annotation);
        let name = self.name(alias.id.name.as_str());
        let unit = self.frame.unit;
        if let TSType::TSTypeLiteral(literal) = &alias.type_annotation {
            self.shape(name, at(alias.span), &literal.members, Vec::new(), alias.type_parameters.as_deref());
        }
        let parameters = alias.type_parameters.iter().flat_map(|parameters| &parameters.params);
        let generics = parameters.map(|parameter| self.name(parameter.name.name.as_str())).collect();
        self.facts.aliases.push(Alias { name, generics, ty, unit });
    }

    pub(super) fn interface(&mut self, interface: &'a ast::TSInterfaceDeclaration<'a>) {
        let mut bases = Vec::new();
        for base in &interface.extends {
            let args = self.type_arguments(base.type_arguments.as_deref());
            bases.push(Type::Named { path: self.name(self.slice(base.type_name.span())), args });
        }
        let name = self.name(interface.id.name.as_str());
        self.shape(name, at(interface.span), &interface.body.body, bases, interface.type_parameters.as_deref());
    }

    /// An interface, or a type alias of an object type: a unit whose methods are fields of a function type.
    fn shape(
        &mut self,
        name: Name,
        span: crate::facts::Span,
        members: &'a [ast::TSSignature<'a>],
        bases: Vec<Type>,
        params: Option<&'a ast::TSTypeParameterDeclaration<'a>>,
    ) {
        let generics = self.generics(params);
        let unit = UnitIx(self.facts.units.len() as u32);
        self.facts.units.push(Unit {
            name,
            kind: UnitKind::Interface,
            span,
            parent: Some(self.frame.unit),
            bases,
            fields: Vec::new(),
            exported: false,
            decorators: Vec::new(),
            test: self.facts.test,
            generics,
        });
        for member in members {
            let (key, computed, mut ty, optional, readonly, span) = match member {
                ast::TSSignature::TSPropertySignature(property) => {
                    let ty = self.annotation(property.type_annotation.as_deref());
                    (&property.key, property.computed, ty, property.optional, property.readonly, property.span)
                }
                ast::TSSignature::TSMethodSignature(method) => {
                    let result = self.annotation(method.return_type.as_deref());
                    let ty = match method.kind {
                        ast::TSMethodSignatureKind::Method => Type::Function { result: Box::new(result) },
                        _ => result,
                    };
                    (&method.key, method.computed, ty, method.optional, false, method.span)
                }
                _ => continue,
            };
            if optional && ty != Type::Unknown {
                ty = or_undefined(ty);
            }
            let name = self.key_name(key, computed);
            let mut field = plain_field(name, ty, at(span));
            field.constant = readonly;
            self.field(unit, field);
        }
    }
}

/// `x?: T` holds `T | undefined`.
pub(super) fn or_undefined(ty: Type) -> Type {
    let undefined = Type::named("undefined");
    match ty {
        Type::Named { path, mut args } if path == "Union" => {
            if !args.contains(&undefined) {
                args.push(undefined);
            }
            Type::Named { path, args }
        }
        ty => Type::Named { path: Name::new("Union"), args: vec![ty, undefined] },
    }
}
