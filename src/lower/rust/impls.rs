//! `impl` and `trait` blocks: whose methods their functions are.

use syn::{ImplItem, TraitItem};

use super::file::{Lower, name_of};
use super::functions::Home;
use super::items::is_test;
use super::types;
use crate::facts::{FunctionKind, Span, Type, Unit, UnitIx, UnitKind, Visibility};
use crate::names::Name;

/// Whose members the items of a block are.
pub(super) struct Members {
    unit: UnitIx,
    /// It is `impl Drop`.
    drops: bool,
    /// It is for a shared pointer to the type: whatever the receiver, others may have it too.
    shared: bool,
    of_trait: bool,
    generics: Vec<(Name, Type)>,
    test: bool,
}

impl Lower<'_> {
    pub(super) fn impl_item(&mut self, item: &syn::ItemImpl) {
        // Methods of a shared pointer to a type are called on what it points to.
        let (of, shared) = types::behind_shared(types::ty(&item.self_ty));
        let made_trait = item.trait_.as_ref().map(|(path, _)| types::path_type(path));
        let generics = types::generics(&item.generics);
        let span = self.between((item.impl_token.span, item.brace_token.span.close()));
        let test = self.test || is_test(&item.attrs);
        let unit = match self.unit_named(of.peeled()) {
            Some(unit) => unit,
            None => self.extension(&of, span, test, generics.clone()),
        };
        if let Some(made_trait) = &made_trait {
            let bases = &mut self.facts.units[unit.index()].bases;
            if !bases.contains(made_trait) {
                bases.push(made_trait.clone());
            }
        }
        let drops = made_trait.as_ref().and_then(Type::last_name) == Some("Drop");
        let members = Members { unit, drops, shared, of_trait: made_trait.is_some(), generics, test };
        let owner = std::mem::replace(&mut self.owner, Name::new(of.peeled().last_name().unwrap_or_default()));
        for item in &item.items {
            self.impl_member(item, &members);
        }
        self.owner = owner;
    }

    pub(super) fn impl_member(&mut self, item: &ImplItem, members: &Members) {
        match item {
            ImplItem::Fn(item) => {
                let drops = members.drops && item.sig.ident == "drop";
                let home = Home {
                    unit: members.unit,
                    kind: if drops { FunctionKind::Drop } else { FunctionKind::Method },
                    visibility: members.of_trait.then_some(Visibility::Public),
                    generics: members.generics.clone(),
                    shared: members.shared,
                    test: members.test,
                };
                let function = self.reserve();
                self.function(function, &item.sig, &item.vis, &item.attrs, home, Some(&item.block));
            }
            ImplItem::Const(item) => {
                self.static_field(members.unit, (&item.ident, &item.ty), Some(&item.expr), (&item.vis, true));
            }
            ImplItem::Macro(item) => self.member_macro(&item.mac, members),
            _ => {}
        }
    }

    /// `impl Type` whose type is declared elsewhere.
    fn extension(&mut self, of: &Type, span: Span, test: bool, generics: Vec<(Name, Type)>) -> UnitIx {
        let name = match of.peeled() {
            Type::Dyn(bounds) => bounds.first().and_then(Type::last_name).unwrap_or_default(),
            peeled => peeled.last_name().unwrap_or_default(),
        };
        self.facts.units.push(Unit {
            name: Name::new(name),
            kind: UnitKind::Extension,
            span,
            parent: Some(self.module),
            bases: Vec::new(),
            fields: Vec::new(),
            exported: false,
            decorators: Vec::new(),
            test,
            generics,
        });
        UnitIx(self.facts.units.len() as u32 - 1)
    }

    pub(super) fn trait_item(&mut self, item: &syn::ItemTrait) {
        let Some(unit) = self.declared.get(&(self.module, name_of(&item.ident))).copied() else { return };
        let generics = types::generics(&item.generics);
        let test = self.test || is_test(&item.attrs);
        let owner = std::mem::replace(&mut self.owner, name_of(&item.ident));
        for item in &item.items {
            match item {
                TraitItem::Fn(item) => {
                    let home = Home {
                        unit,
                        kind: FunctionKind::Method,
                        visibility: Some(Visibility::Public),
                        generics: generics.clone(),
                        shared: false,
                        test,
                    };
                    let function = self.reserve();
                    let vis = syn::Visibility::Inherited;
                    self.function(function, &item.sig, &vis, &item.attrs, home, item.default.as_ref());
                }
                TraitItem::Const(item) => {
                    let vis = syn::Visibility::Inherited;
                    let init = item.default.as_ref().map(|(_, value)| value);
                    self.static_field(unit, (&item.ident, &item.ty), init, (&vis, true));
                }
                TraitItem::Macro(item) => {
                    let generics = generics.clone();
                    self.member_macro(
                        &item.mac,
                        &Members { unit, drops: false, shared: false, of_trait: true, generics, test },
                    );
                }
                _ => {}
            }
        }
        self.owner = owner;
    }
}
