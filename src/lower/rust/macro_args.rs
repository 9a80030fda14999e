//! The arguments of a macro: expressions with commas between them, some with a name, some with a sigil.

use proc_macro2::TokenStream;
use syn::Expr;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};

use crate::names::Name;

/// `value`, `name = value`, `%value`, `?value`, `name: value`
pub(super) struct MacroArg {
    pub(super) name: Option<Name>,
    pub(super) value: Expr,
}

impl Parse for MacroArg {
    fn parse(input: ParseStream) -> syn::Result<MacroArg> {
        let name = named(input).then(|| {
            let mut text = String::new();
            while !input.is_empty() && !input.peek(syn::Token![=]) && !input.peek(syn::Token![:]) {
                let Ok(token) = input.parse::<proc_macro2::TokenTree>() else { break };
                text.push_str(&token.to_string());
            }
            Name::new(&text)
        });
        if name.is_some() {
            if input.peek(syn::Token![=]) {
                input.parse::<syn::Token![=]>()?;
            } else {
                input.parse::<syn::Token![:]>()?;
            }
        }
        if input.peek(syn::Token![%]) {
            input.parse::<syn::Token![%]>()?;
        } else if input.peek(syn::Token![?]) {
            input.parse::<syn::Token![?]>()?;
        }
        Ok(MacroArg { name, value: input.parse()? })
    }
}

/// Does `name =`, `a.b =` or `name: ` stand here, with no comparison?
fn named(input: ParseStream) -> bool {
    let text = input.peek(syn::LitStr);
    let follows = input.peek2(syn::Token![=]) || input.peek2(syn::Token![:]) || !text && input.peek2(syn::Token![.]);
    if !follows || !text && !input.peek(syn::Ident::peek_any) {
        return false;
    }
    let fork = input.fork();
    let first = if text { fork.parse::<syn::LitStr>().is_ok() } else { fork.call(syn::Ident::parse_any).is_ok() };
    if !first {
        return false;
    }
    while fork.peek(syn::Token![.]) && !text {
        if fork.parse::<syn::Token![.]>().is_err() || fork.call(syn::Ident::parse_any).is_err() {
            return false;
        }
    }
    (fork.peek(syn::Token![=]) && !fork.peek(syn::Token![==]) && !fork.peek(syn::Token![=>]))
        || (fork.peek(syn::Token![:]) && !fork.peek(syn::Token![::]))
}

/// The arguments, if all of the tokens are such.
pub(super) fn args(tokens: TokenStream) -> Option<Vec<MacroArg>> {
    let parser = syn::punctuated::Punctuated::<MacroArg, Separator>::parse_terminated;
    parser.parse2(tokens).ok().map(|list| list.into_iter().collect())
}

/// `,`, or the `;` that some macros put between their parts.
struct Separator;

impl Parse for Separator {
    fn parse(input: ParseStream) -> syn::Result<Separator> {
        if input.peek(syn::Token![;]) {
            input.parse::<syn::Token![;]>()?;
        } else {
            input.parse::<syn::Token![,]>()?;
        }
        Ok(Separator)
    }
}

/// The tokens as statements.
pub(super) fn statements(tokens: TokenStream) -> Option<Vec<syn::Stmt>> {
    syn::Block::parse_within.parse2(tokens).ok()
}

/// The pieces of a token stream between commas at its top level.
pub(super) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match (&token, parts.last_mut()) {
            (proc_macro2::TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            (_, Some(part)) => part.extend([token]),
            (_, None) => {}
        }
    }
    if parts.last().is_some_and(TokenStream::is_empty) {
        parts.pop();
    }
    parts
}
