//! `impl` and `trait` blocks: whose methods their functions are.

use syn::{ImplItem, TraitItem};

use super::file::{Lower, name_of};
use super::functions::Home;
use super::items::is_test;
use super::types;
use crate::facts::{FunctionKind, Span, Type, Unit, UnitIx, UnitKind, Visibility};
use crate::names::Name;

impl Lower {
    pub(super) fn impl_item(&mut self, item: &syn::ItemImpl) {
        let of = types::ty(&item.self_ty);
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
        for item in &item.items {
            match item {
                ImplItem::Fn(item) => {
                    let kind =
                        if drops && item.sig.ident == "drop" { FunctionKind::Drop } else { FunctionKind::Method };
                    let home = Home {
                        unit,
                        kind,
                        visibility: made_trait.is_some().then_some(Visibility::Public),
                        generics: generics.clone(),
                        test,
                    };
                    let function = self.reserve();
                    self.function(function, &item.sig, &item.vis, &item.attrs, home, Some(&item.block));
                }
                ImplItem::Const(item) => {
                    self.static_field(unit, (&item.ident, &item.ty), Some(&item.expr), (&item.vis, true));
                }
                ImplItem::Macro(item) => self.member_macro(&item.mac, unit, &generics, test),
                _ => {}
            }
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
        for item in &item.items {
            match item {
                TraitItem::Fn(item) => {
                    let home = Home {
                        unit,
                        kind: FunctionKind::Method,
                        visibility: Some(Visibility::Public),
                        generics: generics.clone(),
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
                TraitItem::Macro(item) => self.member_macro(&item.mac, unit, &generics, test),
                _ => {}
            }
        }
    }
}
