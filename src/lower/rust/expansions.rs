//! Where a macro of this file is used: as an expression, as statements, as items, as members; and the macros that
//! declare statics.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Item};

use super::expressions::To;
use super::file::{Lower, name_of};
use super::impls::Members;
use super::macro_args::statements;
use super::macro_rules::{DEPTH, Rules};
use super::scopes::Operand;
use super::spans;
use crate::facts::{Span, Type, UnitIx};
use crate::names::Name;

impl Lower<'_> {
    /// `macro_rules! name { … }`, or the use of a macro that makes items.
    pub(super) fn enter_macro(&mut self, item: &syn::ItemMacro) {
        if let Some(name) = &item.ident {
            if let Some(rules) = Rules::read(item.mac.tokens.clone()) {
                self.macros.insert(name.to_string(), rules);
            }
            return;
        }
        for declared in declared_statics(&item.mac) {
            self.bind(&declared.name, &declared.vis);
        }
        let span = self.macro_span(&item.mac);
        if let Some(items) = self.expand_items(&item.mac) {
            self.inside(span, |lower| lower.enter_items(&items));
        }
    }

    pub(super) fn item_macro(&mut self, item: &syn::ItemMacro) {
        if item.ident.is_some() {
            return;
        }
        self.declaring_macro(&item.mac);
        let span = self.macro_span(&item.mac);
        // The same once more: the first time it was only entered.
        if let Some(items) = self.expand_items(&item.mac) {
            self.inside(span, |lower| lower.items(&items));
        }
    }

    fn macro_span(&self, mac: &syn::Macro) -> Span {
        self.between((spans::path(&mac.path).0, mac.delimiter.span().close()))
    }

    /// Lowers what a macro became: what stands in its definition is shown at its use.
    fn inside<T>(&mut self, span: Span, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.expansion.replace(span);
        self.expanding += 1;
        let result = run(self);
        self.expanding -= 1;
        self.expansion = outer;
        result
    }

    fn expanded_tokens(&self, mac: &syn::Macro) -> Option<TokenStream> {
        if self.macros.is_empty() || self.expanding >= DEPTH {
            return None;
        }
        let name = mac.path.segments.last()?.ident.to_string();
        self.macros.get(&name)?.expand(&mac.tokens)
    }

    fn expand_items(&mut self, mac: &syn::Macro) -> Option<Vec<Item>> {
        let tokens = self.expanded_tokens(mac).or_else(|| branches_of_cfg_if(mac))?;
        syn::parse2::<syn::File>(tokens).ok().map(|file| file.items)
    }

    pub(super) fn expand_expr(&mut self, mac: &syn::Macro, to: To) -> Option<Operand> {
        let tokens = self.expanded_tokens(mac)?;
        let span = self.macro_span(mac);
        if let Ok(expr) = syn::parse2::<Expr>(tokens.clone()) {
            return Some(self.inside(span, |lower| lower.expr(&expr, to)));
        }
        let stmts = statements(tokens)?;
        let end = Span::new(span.end, span.end);
        Some(self.inside(span, |lower| {
            lower.open(end);
            lower.local_items(&stmts);
            let taken = lower.statements(&stmts, end, to);
            lower.close();
            lower.give_back(taken)
        }))
    }

    /// A macro of this file as a statement: what it declares may be named later, if the name was given to it.
    pub(super) fn expand_statements(&mut self, mac: &syn::Macro) -> bool {
        let tokens = self.expanded_tokens(mac).or_else(|| branches_of_cfg_if(mac));
        let Some(stmts) = tokens.and_then(statements) else { return false };
        let span = self.macro_span(mac);
        self.inside(span, |lower| {
            lower.local_items(&stmts);
            for stmt in &stmts {
                lower.statement(stmt);
            }
        });
        true
    }

    pub(super) fn member_macro(&mut self, mac: &syn::Macro, members: &Members) {
        let Some(tokens) = self.expanded_tokens(mac) else { return };
        let parser = |input: ParseStream| {
            let mut items = Vec::new();
            while !input.is_empty() {
                items.push(input.parse::<syn::ImplItem>()?);
            }
            Ok(items)
        };
        let Ok(items) = parser.parse2(tokens) else { return };
        let span = self.macro_span(mac);
        self.inside(span, |lower| {
            for item in &items {
                lower.impl_member(item, members);
            }
        });
    }

    /// `lazy_static!` and `thread_local!` declare statics whose values are made on first use.
    pub(super) fn declaring_macro(&mut self, mac: &syn::Macro) -> bool {
        let declared = declared_statics(mac);
        let of_threads = mac.path.segments.last().is_some_and(|last| last.ident == "thread_local");
        for one in &declared {
            let unit: UnitIx = self.module;
            let local = self.frames.len() > 1;
            let name = self.static_field(unit, (&one.name, &one.ty), Some(&one.init), (&one.vis, true));
            if of_threads && let Some(field) = self.facts.units[unit.index()].fields.last_mut() {
                // One value for each thread: nobody shares it.
                let declared = std::mem::take(&mut field.ty);
                field.ty = Type::Named { path: Name::new("LocalKey"), args: vec![declared] };
            }
            if local {
                let known = name_of(&one.name);
                self.frame().names.push((known, super::frame::Named::Static(name)));
            }
        }
        !declared.is_empty()
    }
}

/// `cfg_if! { if #[cfg(…)] { … } else { … } }`: all branches, for nobody here knows which one is built.
fn branches_of_cfg_if(mac: &syn::Macro) -> Option<TokenStream> {
    if mac.path.segments.last()?.ident != "cfg_if" {
        return None;
    }
    let mut all = TokenStream::new();
    for token in mac.tokens.clone() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => all.extend(group.stream()),
            _ => {}
        }
    }
    Some(all)
}

struct DeclaredStatic {
    vis: syn::Visibility,
    name: syn::Ident,
    ty: syn::Type,
    init: Expr,
}

fn declared_statics(mac: &syn::Macro) -> Vec<DeclaredStatic> {
    let is_known =
        mac.path.segments.last().is_some_and(|last| last.ident == "lazy_static" || last.ident == "thread_local");
    if !is_known {
        return Vec::new();
    }
    let parser = |input: ParseStream| {
        let mut found = Vec::new();
        while !input.is_empty() {
            input.call(syn::Attribute::parse_outer)?;
            let vis = input.parse()?;
            input.parse::<syn::Token![static]>()?;
            input.parse::<Option<syn::Token![ref]>>()?;
            let name = input.parse()?;
            input.parse::<syn::Token![:]>()?;
            let ty = input.parse()?;
            input.parse::<syn::Token![=]>()?;
            let init = input.parse()?;
            input.parse::<Option<syn::Token![;]>>()?;
            found.push(DeclaredStatic { vis, name, ty, init });
        }
        Ok(found)
    };
    parser.parse2(mac.tokens.clone()).unwrap_or_default()
}
