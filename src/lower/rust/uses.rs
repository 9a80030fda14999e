//! `use` trees become imports, one for each name.

use syn::UseTree;

use super::file::{Lower, name_of};
use crate::facts::{Import, Span};
use crate::names::Name;

impl Lower<'_> {
    pub(super) fn use_item(&mut self, item: &syn::ItemUse) {
        let span = self.between((item.use_token.span, item.semi_token.span));
        let public = !matches!(item.vis, syn::Visibility::Inherited);
        let start = if item.leading_colon.is_some() { "::" } else { "" };
        self.use_tree(&mut start.to_owned(), &item.tree, span, public);
    }

    pub(super) fn extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let name = name_of(&item.ident);
        let local = item.rename.as_ref().map_or(name, |(_, rename)| name_of(rename));
        let span = self.between((item.extern_token.span, item.semi_token.span));
        let public = !matches!(item.vis, syn::Visibility::Inherited);
        self.import("", name, local, span, public);
    }

    fn use_tree(&mut self, from: &mut String, tree: &UseTree, span: Span, public: bool) {
        match tree {
            UseTree::Path(path) => {
                let before = from.len();
                push(from, name_of(&path.ident));
                self.use_tree(from, &path.tree, span, public);
                from.truncate(before);
            }
            UseTree::Name(leaf) => self.use_leaf(from, name_of(&leaf.ident), None, span, public),
            UseTree::Rename(leaf) => {
                self.use_leaf(from, name_of(&leaf.ident), Some(name_of(&leaf.rename)), span, public);
            }
            UseTree::Glob(_) => self.import(from, Name::new("*"), Name::new("*"), span, public),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(from, tree, span, public);
                }
            }
        }
    }

    /// `use a::b::{self}` is `use a::b`.
    fn use_leaf(&mut self, from: &str, name: Name, rename: Option<Name>, span: Span, public: bool) {
        match (name == "self").then(|| from.rsplit_once("::").unwrap_or(("", from))) {
            Some((outer, last)) => {
                let name = Name::new(last);
                self.import(outer, name, rename.unwrap_or(name), span, public);
            }
            None => self.import(from, name, rename.unwrap_or(name), span, public),
        }
    }

    fn import(&mut self, from: &str, name: Name, local: Name, span: Span, public: bool) {
        let unit = self.module;
        self.facts.imports.push(Import { from: Name::new(from), name, local, unit, span, type_only: false, public });
    }
}

fn push(from: &mut String, name: Name) {
    if !from.is_empty() && !from.ends_with("::") {
        from.push_str("::");
    }
    from.push_str(name.as_str());
}

/// The names that a `use` binds.
pub(super) fn bound_by(tree: &UseTree, add: &mut impl FnMut(Name)) {
    match tree {
        UseTree::Path(path) => match &*path.tree {
            // `use a::{self, b}` binds `a` as well.
            UseTree::Group(group) => {
                for tree in &group.items {
                    match tree {
                        UseTree::Name(leaf) if leaf.ident == "self" => add(name_of(&path.ident)),
                        tree => bound_by(tree, add),
                    }
                }
            }
            tree => bound_by(tree, add),
        },
        UseTree::Name(leaf) => add(name_of(&leaf.ident)),
        UseTree::Rename(leaf) => add(name_of(&leaf.rename)),
        UseTree::Glob(_) => {}
        UseTree::Group(group) => group.items.iter().for_each(|tree| bound_by(tree, add)),
    }
}
