//! Shape: what the others see of a file: its names, types and signatures. What its functions do is no part of it, and
//! neither is where anything stands.

use std::sync::Arc;

use super::SourceFacts;
use super::ids::FileId;
use super::modules::Scope;
use crate::facts::{Export, Field, Function, Import, Param, Span, Unit};

/// Do the names of the program mean the same after one text of a file has become the other?
pub(super) fn is_same(file: FileId, old: &SourceFacts, new: &SourceFacts) -> bool {
    if Arc::ptr_eq(&old.facts, &new.facts) {
        return true;
    }
    let (a, b) = (&*old.facts, &*new.facts);
    let import = |a: &Import, b: &Import| {
        // What is required is told from what is imported by the text.
        Import { span: b.span, ..a.clone() } == *b && text(old, a.span) == text(new, b.span)
    };
    let export = |a: &Export, b: &Export| Export { span: b.span, ..a.clone() } == *b;
    a.language == b.language
        && a.test == b.test
        && a.mods == b.mods
        && a.aliases == b.aliases
        && each(&a.imports, &b.imports, import)
        && each(&a.exports, &b.exports, export)
        && each(&a.units, &b.units, is_same_unit)
        && each(&a.functions, &b.functions, is_same_function)
        && Scope::new(file, a) == Scope::new(file, b)
}

fn each<T>(a: &[T], b: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
}

fn text(source: &SourceFacts, span: Span) -> Option<&str> {
    source.text.get(span.start as usize..span.end as usize)
}

fn is_same_unit(a: &Unit, b: &Unit) -> bool {
    let field = |a: &Field, b: &Field| Field { span: b.span, ..a.clone() } == *b;
    a.name == b.name
        && a.kind == b.kind
        && a.parent == b.parent
        && a.exported == b.exported
        && a.test == b.test
        && a.bases == b.bases
        && a.decorators == b.decorators
        && a.generics == b.generics
        && each(&a.fields, &b.fields, field)
}

fn is_same_function(a: &Function, b: &Function) -> bool {
    let param = |a: &Param, b: &Param| Param { span: b.span, ..a.clone() } == *b;
    a.name == b.name
        && a.unit == b.unit
        && a.outer == b.outer
        && a.kind == b.kind
        && a.is_async == b.is_async
        && a.is_generator == b.is_generator
        && a.receiver == b.receiver
        && a.visibility == b.visibility
        && a.test == b.test
        && a.returns == b.returns
        && a.decorators == b.decorators
        && a.generics == b.generics
        && each(&a.params, &b.params, param)
}
