//! `macro_rules!` of the same file, expanded by substitution.

use super::expressions::To;
use super::file::Lower;
use super::scopes::Operand;
use crate::facts::{Type, UnitIx};
use crate::names::Name;

/// The rules of one macro.
pub(super) struct Rules {}

impl Lower {
    pub(super) fn enter_macro(&mut self, _item: &syn::ItemMacro) {}

    pub(super) fn item_macro(&mut self, _item: &syn::ItemMacro) {}

    pub(super) fn member_macro(&mut self, _mac: &syn::Macro, _unit: UnitIx, _generics: &[(Name, Type)], _test: bool) {}

    pub(super) fn declaring_macro(&mut self, _mac: &syn::Macro) -> bool {
        false
    }

    pub(super) fn expand_expr(&mut self, _name: &str, _mac: &syn::Macro, _to: To) -> Option<Operand> {
        None
    }
}
