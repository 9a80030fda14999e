//! Declared types, and which of them can own something.

use syn::{GenericArgument, PathArguments, ReturnType, Type as Syntax, TypeParamBound};

use super::file::name_of;
use crate::facts::Type;
use crate::names::Name;

/// A type as the vocabulary says it.
pub(super) fn ty(syntax: &Syntax) -> Type {
    match syntax {
        Syntax::Array(array) => wrap("Array", vec![ty(&array.elem)]),
        Syntax::Slice(slice) => wrap("Slice", vec![ty(&slice.elem)]),
        Syntax::FnPtr(function) => Type::Function { result: Box::new(returned(&function.output)) },
        Syntax::Group(group) => ty(&group.elem),
        Syntax::Paren(paren) => ty(&paren.elem),
        Syntax::ImplTrait(bound) => Type::Dyn(bounds(bound.bounds.iter())),
        Syntax::TraitObject(object) => Type::Dyn(bounds(object.bounds.iter())),
        Syntax::Never(_) => Type::named("!"),
        Syntax::Path(path) => match &path.qself {
            Some(qself) => projected(&ty(&qself.ty), &path.path),
            None => path_type(&path.path),
        },
        Syntax::Ptr(pointer) => Type::Ref {
            mutable: matches!(pointer.mutability, syn::PointerMutability::Mut(_)),
            to: Box::new(ty(&pointer.elem)),
        },
        Syntax::Reference(reference) => {
            Type::Ref { mutable: reference.mutability.is_some(), to: Box::new(ty(&reference.elem)) }
        }
        Syntax::Tuple(tuple) if tuple.elems.is_empty() => Type::named("()"),
        Syntax::Tuple(tuple) => wrap("Tuple", tuple.elems.iter().map(ty).collect()),
        _ => Type::Unknown,
    }
}

/// What a shared pointer points to; whether it is one.
pub(super) fn behind_shared(of: Type) -> (Type, bool) {
    match of {
        Type::Named { ref path, ref args } if matches!(path.as_str(), "Arc" | "Rc") && args.len() == 1 => {
            (args[0].clone(), true)
        }
        other => (other, false),
    }
}

pub(super) fn returned(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => Type::named("()"),
        ReturnType::Type(_, result) => ty(result),
    }
}

fn wrap(path: &str, args: Vec<Type>) -> Type {
    Type::Named { path: Name::new(path), args }
}

/// `<T as Trait>::Out` is `T::Out`.
fn projected(of: &Type, path: &syn::Path) -> Type {
    let Type::Named { path: base, .. } = of else { return Type::Unknown };
    match path.segments.last() {
        Some(last) => wrap(&format!("{base}::{}", name_of(&last.ident)), arguments(&last.arguments)),
        None => of.clone(),
    }
}

/// A path in type position; `Fn(A) -> B` is a function type.
pub(super) fn path_type(path: &syn::Path) -> Type {
    let Some(last) = path.segments.last() else { return Type::Unknown };
    if let PathArguments::Parenthesized(signature) = &last.arguments {
        return Type::Function { result: Box::new(returned(&signature.output)) };
    }
    Type::Named { path: path_name(path), args: arguments(&last.arguments) }
}

/// The parts of a path joined by `::`, without generic arguments.
pub(super) fn path_name(path: &syn::Path) -> Name {
    if let Some(ident) = path.get_ident() {
        return name_of(ident);
    }
    let mut text = String::new();
    for (at, segment) in path.segments.iter().enumerate() {
        if at > 0 || path.leading_colon.is_some() {
            text.push_str("::");
        }
        text.push_str(name_of(&segment.ident).as_str());
    }
    Name::new(&text)
}

fn arguments(arguments: &PathArguments) -> Vec<Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Vec::new() };
    let one = |argument: &GenericArgument| match argument {
        GenericArgument::Type(argument) => Some(ty(argument)),
        GenericArgument::AssocType(bound) => Some(ty(&bound.ty)),
        GenericArgument::Constraint(constraint) => Some(Type::Dyn(bounds(constraint.bounds.iter()))),
        _ => None,
    };
    arguments.args.iter().filter_map(one).collect()
}

pub(super) fn bounds<'a>(list: impl Iterator<Item = &'a TypeParamBound>) -> Vec<Type> {
    let one = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) if bound.maybe.is_none() => Some(path_type(&bound.path)),
        _ => None,
    };
    list.filter_map(one).collect()
}

/// The bounds of type parameters, those of the `where` clause too.
pub(super) fn generics(generics: &syn::Generics) -> Vec<(Name, Type)> {
    let mut found: Vec<(Name, Vec<Type>)> = Vec::new();
    for parameter in generics.type_params() {
        found.push((name_of(&parameter.ident), bounds(parameter.bounds.iter())));
    }
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        let syn::WherePredicate::Type(predicate) = predicate else { continue };
        let Type::Named { path, .. } = ty(&predicate.bounded_ty) else { continue };
        let more = bounds(predicate.bounds.iter());
        match found.iter_mut().find(|(name, _)| *name == path) {
            Some((_, bounds)) => bounds.extend(more),
            None => found.push((path, more)),
        }
    }
    found.into_iter().map(|(name, bounds)| (name, Type::Dyn(bounds))).collect()
}

/// Can a value of this type own a guard, a handle, anything whose end somebody notices? Plain data cannot.
pub(super) fn may_own(ty: &Type) -> bool {
    match ty {
        Type::Unknown | Type::Dyn(_) => true,
        Type::Ref { .. } | Type::Function { .. } => false,
        Type::Named { path, args } => match path.as_str() {
            "bool" | "char" | "str" | "String" | "PathBuf" | "OsString" | "()" | "!" | "u8" | "u16" | "u32" | "u64"
            | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "f32" | "f64" => false,
            "Tuple" | "Array" | "Slice" | "Option" | "Vec" => args.is_empty() || args.iter().any(may_own),
            _ => true,
        },
    }
}
