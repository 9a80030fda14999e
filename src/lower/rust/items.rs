//! Items: first every module, type and name is entered, so that bodies can refer to what stands below them; then
//! bodies are lowered.

use syn::{Attribute, Expr, Fields, Item, Meta};

use super::file::{Lower, name_of};
use super::types;
use crate::facts::{Alias, Decorator, Export, Field, ModDecl, Span, Type, Unit, UnitIx, UnitKind, Value, Visibility};
use crate::names::Name;

impl Lower<'_> {
    /// Enters what the items of the current module declare.
    pub(super) fn enter_items(&mut self, items: &[Item]) {
        for item in items {
            self.enter_item(item);
        }
    }

    pub(super) fn enter_item(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => {
                let unit = self.enter_unit(UnitKind::Class, &item.ident, &item.vis, &item.attrs, &item.generics);
                self.facts.units[unit.index()].fields = self.struct_fields(&item.fields);
                self.cover(unit, item.semi_token.map_or_else(|| close_of(&item.fields), |token| token.span));
            }
            Item::Union(item) => {
                let unit = self.enter_unit(UnitKind::Class, &item.ident, &item.vis, &item.attrs, &item.generics);
                self.facts.units[unit.index()].fields = self.named_fields(&item.fields);
                self.cover(unit, item.fields.brace_token.span.close());
            }
            Item::Enum(item) => {
                let unit = self.enter_unit(UnitKind::Enum, &item.ident, &item.vis, &item.attrs, &item.generics);
                self.facts.units[unit.index()].fields = self.enum_cases(item);
                self.cover(unit, item.brace_token.span.close());
            }
            Item::Trait(item) => {
                let unit = self.enter_unit(UnitKind::Interface, &item.ident, &item.vis, &item.attrs, &item.generics);
                self.facts.units[unit.index()].bases = types::bounds(item.supertraits.iter());
                for member in &item.items {
                    if let syn::TraitItem::Fn(member) = member {
                        self.enter_result(name_of(&item.ident), &member.sig);
                    }
                }
                self.cover(unit, item.brace_token.span.close());
            }
            Item::TraitAlias(item) => {
                let unit = self.enter_unit(UnitKind::Interface, &item.ident, &item.vis, &item.attrs, &item.generics);
                self.facts.units[unit.index()].bases = types::bounds(item.bounds.iter());
                self.cover(unit, item.semi_token.span);
            }
            Item::Type(item) => {
                let name = name_of(&item.ident);
                self.bind(&item.ident, &item.vis);
                let generics = item.generics.type_params().map(|param| name_of(&param.ident)).collect();
                self.facts.aliases.push(Alias { name, generics, ty: types::ty(&item.ty), unit: self.module });
            }
            Item::Mod(item) => self.enter_mod(item),
            Item::Use(item) => {
                self.use_item(item);
                let mut names = Vec::new();
                super::uses::bound_by(&item.tree, &mut |name| names.push(name));
                self.bound.entry(self.module).or_default().extend(names);
            }
            Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename);
                self.bind(name, &syn::Visibility::Inherited);
                self.extern_crate(item);
            }
            Item::Fn(item) => {
                self.bind(&item.sig.ident, &item.vis);
                self.enter_result(Name::new(""), &item.sig);
            }
            Item::Impl(item) => {
                let of = types::ty(&item.self_ty);
                let of = of.peeled().last_name().map_or(Name::new(""), Name::new);
                for member in &item.items {
                    if let syn::ImplItem::Fn(member) = member {
                        self.enter_result(of, &member.sig);
                    }
                }
            }
            Item::Static(item) => self.bind(&item.ident, &item.vis),
            Item::Const(item) => self.bind(&item.ident, &item.vis),
            Item::Macro(item) => self.enter_macro(item),
            Item::ForeignMod(item) => self.enter_foreign(item),
            _ => {}
        }
    }

    /// Notes whether the result of a function of this file can own anything.
    fn enter_result(&mut self, of: Name, sig: &syn::Signature) {
        let owns = sig.asyncness.is_some() || types::may_own(&types::returned(&sig.output));
        *self.results.entry((of, name_of(&sig.ident))).or_default() |= owns;
    }

    fn enter_foreign(&mut self, item: &syn::ItemForeignMod) {
        for item in &item.items {
            match item {
                syn::ForeignItem::Fn(item) => self.bind(&item.sig.ident, &item.vis),
                syn::ForeignItem::Static(item) => self.bind(&item.ident, &item.vis),
                _ => {}
            }
        }
    }

    pub(super) fn bind(&mut self, ident: &syn::Ident, vis: &syn::Visibility) {
        let name = name_of(ident);
        self.bound.entry(self.module).or_default().insert(name);
        if self.module == UnitIx(0) && matches!(vis, syn::Visibility::Public(_)) && self.frames.len() <= 1 {
            let span = self.bytes(ident.span());
            self.facts.exports.push(Export { name, local: name, from: None, span });
        }
    }

    fn enter_unit(
        &mut self,
        kind: UnitKind,
        ident: &syn::Ident,
        vis: &syn::Visibility,
        attrs: &[Attribute],
        generics: &syn::Generics,
    ) -> UnitIx {
        let name = name_of(ident);
        self.bind(ident, vis);
        let unit = UnitIx(self.facts.units.len() as u32);
        self.declared.insert((self.module, name), unit);
        self.facts.units.push(Unit {
            name,
            kind,
            span: self.bytes(ident.span()),
            parent: Some(self.module),
            bases: Vec::new(),
            fields: Vec::new(),
            exported: matches!(vis, syn::Visibility::Public(_)),
            decorators: self.decorators(attrs),
            test: self.test || is_test(attrs),
            generics: types::generics(generics),
        });
        unit
    }

    /// The unit reaches to here.
    fn cover(&mut self, unit: UnitIx, last: proc_macro2::Span) {
        let end = self.bytes(last).end;
        let span = &mut self.facts.units[unit.index()].span;
        span.end = span.end.max(end);
    }

    fn enter_mod(&mut self, item: &syn::ItemMod) {
        let name = name_of(&item.ident);
        self.bind(&item.ident, &item.vis);
        let test = self.test || is_test(&item.attrs);
        let parent = self.module;
        let path = item.attrs.iter().filter(|attr| attr.path().is_ident("path")).find_map(|attr| match &attr.meta {
            Meta::NameValue(pair) => literal_text(&pair.value),
            _ => None,
        });
        let unit = item.content.as_ref().map(|(brace, items)| {
            let generics = syn::Generics::default();
            let unit =
                self.enter_unit(UnitKind::Module, &item.ident, &syn::Visibility::Inherited, &item.attrs, &generics);
            self.facts.units[unit.index()].exported = matches!(item.vis, syn::Visibility::Public(_));
            self.cover(unit, brace.span.close());
            let (outer, outer_test) =
                (std::mem::replace(&mut self.module, unit), std::mem::replace(&mut self.test, test));
            self.enter_items(items);
            (self.module, self.test) = (outer, outer_test);
            unit
        });
        self.facts.mods.push(ModDecl { name, path, parent, unit, test });
    }

    fn struct_fields(&mut self, fields: &Fields) -> Vec<Field> {
        match fields {
            Fields::Named(fields) => self.named_fields(fields),
            Fields::Unnamed(fields) => {
                let one = |(at, field): (usize, &syn::Field)| Field {
                    name: Name::new(&at.to_string()),
                    span: self.between((fields.paren_token.span.open(), fields.paren_token.span.close())),
                    ..field_of(field)
                };
                fields.unnamed.iter().enumerate().map(one).collect()
            }
            Fields::Unit => Vec::new(),
        }
    }

    fn named_fields(&mut self, fields: &syn::FieldsNamed) -> Vec<Field> {
        let one = |field: &syn::Field| {
            let ident = field.ident.as_ref();
            Field {
                name: ident.map_or(Name::new(""), name_of),
                span: ident.map_or(Span::default(), |ident| self.bytes(ident.span())),
                ..field_of(field)
            }
        };
        fields.named.iter().map(one).collect()
    }

    /// Cases are fields, typed as tuples of what they carry.
    fn enum_cases(&mut self, item: &syn::ItemEnum) -> Vec<Field> {
        let one = |case: &syn::Variant| Field {
            name: name_of(&case.ident),
            ty: Type::Named {
                path: Name::new("Tuple"),
                args: case.fields.iter().map(|field| types::ty(&field.ty)).collect(),
            },
            span: self.bytes(case.ident.span()),
            init: Value::Unknown,
            made: Type::Unknown,
            is_static: false,
            constant: true,
            private: false,
        };
        item.variants.iter().map(one).collect()
    }

    /// Attributes as they are written, without documentation.
    pub(super) fn decorators(&self, attrs: &[Attribute]) -> Vec<Decorator> {
        let attrs = attrs.iter().filter(|attr| !attr.path().is_ident("doc"));
        attrs.map(|attr| Decorator { name: types::path_name(attr.path()), args: attribute_args(attr) }).collect()
    }
}

/// The literals, names and paths among an attribute's arguments.
fn attribute_args(attr: &Attribute) -> Vec<Value> {
    match &attr.meta {
        Meta::Path(_) => Vec::new(),
        Meta::NameValue(pair) => literal_text(&pair.value).map(Value::Text).into_iter().collect(),
        Meta::List(list) => {
            let split = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let Ok(args) = list.parse_args_with(split) else {
                return vec![Value::Text(Name::new(&list.tokens.to_string()))];
            };
            args.iter().map(attribute_value).collect()
        }
    }
}

fn attribute_value(expr: &Expr) -> Value {
    match expr {
        Expr::Lit(literal) => super::expressions::literal(&literal.lit),
        Expr::Path(path) => Value::Text(types::path_name(&path.path)),
        Expr::Assign(pair) => match (&*pair.left, attribute_value(&pair.right)) {
            (Expr::Path(name), value) => Value::Record(vec![(types::path_name(&name.path), value)]),
            (_, value) => value,
        },
        Expr::Call(call) => match &*call.func {
            Expr::Path(name) => {
                Value::Case(types::path_name(&name.path), call.args.iter().map(attribute_value).collect())
            }
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

fn field_of(field: &syn::Field) -> Field {
    Field {
        name: Name::new(""),
        ty: types::ty(&field.ty),
        span: Span::default(),
        init: Value::Unknown,
        made: Type::Unknown,
        is_static: false,
        constant: false,
        private: visibility(&field.vis) == Visibility::Private,
    }
}

pub(super) fn visibility(vis: &syn::Visibility) -> Visibility {
    match vis {
        syn::Visibility::Public(_) => Visibility::Public,
        syn::Visibility::Restricted(inside) if inside.path.is_ident("self") => Visibility::Private,
        syn::Visibility::Restricted(_) => Visibility::Inside,
        syn::Visibility::Inherited => Visibility::Private,
    }
}

fn close_of(fields: &Fields) -> proc_macro2::Span {
    match fields {
        Fields::Named(fields) => fields.brace_token.span.close(),
        Fields::Unnamed(fields) => fields.paren_token.span.close(),
        Fields::Unit => proc_macro2::Span::call_site(),
    }
}

fn literal_text(expr: &Expr) -> Option<Name> {
    match expr {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(Name::new(&text.value())),
        _ => None,
    }
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]` and their kin.
pub(super) fn is_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let Some(last) = attr.path().segments.last() else { return false };
        let name = last.ident.to_string();
        match name.as_str() {
            "test" | "bench" | "rstest" | "test_case" | "proptest" | "quickcheck" | "wasm_bindgen_test" => true,
            "cfg" => match &attr.meta {
                Meta::List(list) => needs_test(list.tokens.clone(), true),
                _ => false,
            },
            _ => false,
        }
    })
}

/// Does this condition hold only in tests: `test`, or `all(…)` with it?
fn needs_test(tokens: proc_macro2::TokenStream, alone: bool) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| {
        let proc_macro2::TokenTree::Ident(ident) = token else { return false };
        match tokens.get(at + 1) {
            Some(proc_macro2::TokenTree::Group(group)) => alone && ident == "all" && needs_test(group.stream(), alone),
            Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == '=' => false,
            _ => ident == "test",
        }
    })
}
