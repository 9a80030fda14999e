//! `macro_rules!` of the same file, expanded by substitution before lowering, at most [`DEPTH`] deep. What does not
//! match any rule stays a call of the macro.

use std::rc::Rc;

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use rustc_hash::FxHashMap;
use syn::buffer::Cursor;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};

/// Expansions inside expansions.
pub(super) const DEPTH: u32 = 4;
/// Tokens that one expansion may have.
const LARGEST: usize = 20_000;

/// The rules of one macro.
pub(super) struct Rules {
    rules: Vec<(Vec<Part>, TokenStream)>,
}

/// A part of a matcher.
enum Part {
    Token(TokenTree),
    Group(Delimiter, Vec<Part>),
    /// `$name:fragment`
    Fragment(String, String),
    /// `$( … ) separator operator`
    Repeat(Vec<Part>, Option<Punct>, char),
}

/// What a fragment's name stands for.
#[derive(Clone)]
enum Bound {
    One(TokenStream),
    Many(Vec<Bound>),
}

type Bounds = FxHashMap<String, Bound>;

impl Rules {
    /// The rules of `macro_rules! name { … }`, as far as they can be read.
    pub(super) fn read(tokens: TokenStream) -> Option<Rc<Rules>> {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rules = Vec::new();
        let mut at = 0;
        while let Some(TokenTree::Group(matcher)) = tokens.get(at) {
            let Some(TokenTree::Group(body)) = tokens.get(at + 3) else { break };
            rules.push((parts(matcher.stream())?, body.stream()));
            at += 4;
            if matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ';') {
                at += 1;
            }
        }
        (!rules.is_empty()).then(|| Rc::new(Rules { rules }))
    }

    /// What the macro becomes for these tokens.
    pub(super) fn expand(&self, tokens: &TokenStream) -> Option<TokenStream> {
        for (matcher, body) in &self.rules {
            let mut bounds = Bounds::default();
            let matched = |input: ParseStream| {
                matches(matcher, input, &mut bounds)?;
                if input.is_empty() { Ok(()) } else { Err(input.error("more tokens")) }
            };
            if matched.parse2(tokens.clone()).is_ok() {
                let mut left = LARGEST;
                return substitute(body.clone(), &bounds, &mut left);
            }
        }
        None
    }
}

fn parts(tokens: TokenStream) -> Option<Vec<Part>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match tokens.get(at)? {
                TokenTree::Ident(name) => {
                    let TokenTree::Ident(fragment) = tokens.get(at + 2)? else { return None };
                    found.push(Part::Fragment(name.to_string(), fragment.to_string()));
                    at += 3;
                }
                TokenTree::Group(group) => {
                    let (separator, operator, used) = repetition(&tokens[at + 1..])?;
                    found.push(Part::Repeat(parts(group.stream())?, separator, operator));
                    at += 1 + used;
                }
                _ => return None,
            },
            TokenTree::Group(group) => found.push(Part::Group(group.delimiter(), parts(group.stream())?)),
            token => found.push(Part::Token(token.clone())),
        }
    }
    Some(found)
}

/// The separator and the operator behind `$( … )`, and how many tokens they are.
fn repetition(rest: &[TokenTree]) -> Option<(Option<Punct>, char, usize)> {
    let punct = |at: usize| match rest.get(at) {
        Some(TokenTree::Punct(punct)) => Some(punct.clone()),
        _ => None,
    };
    let first = punct(0)?;
    if let '*' | '+' | '?' = first.as_char() {
        return Some((None, first.as_char(), 1));
    }
    // A separator of two characters, such as `=>`, is not read.
    let operator = punct(1)?.as_char();
    matches!(operator, '*' | '+').then_some((Some(first), operator, 2))
}

fn matches(parts: &[Part], input: ParseStream, bounds: &mut Bounds) -> syn::Result<()> {
    for part in parts {
        match part {
            Part::Token(token) => {
                let next: TokenTree = input.parse()?;
                if next.to_string() != token.to_string() {
                    return Err(input.error("another token"));
                }
            }
            Part::Group(delimiter, inner) => {
                let TokenTree::Group(group) = input.parse()? else { return Err(input.error("a group")) };
                if group.delimiter() != *delimiter {
                    return Err(input.error("another delimiter"));
                }
                let matched = |input: ParseStream| {
                    matches(inner, input, bounds)?;
                    if input.is_empty() { Ok(()) } else { Err(input.error("more tokens")) }
                };
                matched.parse2(group.stream())?;
            }
            Part::Fragment(name, fragment) => {
                bounds.insert(name.clone(), Bound::One(self::fragment(fragment, input)?));
            }
            Part::Repeat(inner, separator, operator) => repeat(inner, separator.as_ref(), *operator, input, bounds)?,
        }
    }
    Ok(())
}

fn repeat(
    inner: &[Part],
    separator: Option<&Punct>,
    operator: char,
    input: ParseStream,
    bounds: &mut Bounds,
) -> syn::Result<()> {
    let mut rounds: Vec<Bounds> = Vec::new();
    while !input.is_empty() && (operator != '?' || rounds.is_empty()) {
        let fork = input.fork();
        if let (Some(separator), false) = (separator, rounds.is_empty()) {
            match fork.parse::<TokenTree>() {
                Ok(TokenTree::Punct(punct)) if punct.as_char() == separator.as_char() => {}
                _ => break,
            }
        }
        let before = fork.cursor();
        let mut round = Bounds::default();
        if matches(inner, &fork, &mut round).is_err() || fork.cursor() == before {
            break;
        }
        input.advance_to(&fork);
        rounds.push(round);
    }
    if operator == '+' && rounds.is_empty() {
        return Err(input.error("at least one"));
    }
    let mut names = Vec::new();
    fragment_names(inner, &mut names);
    for name in names {
        let many = rounds.iter().filter_map(|round| round.get(&name).cloned()).collect();
        bounds.insert(name, Bound::Many(many));
    }
    Ok(())
}

fn fragment_names(parts: &[Part], names: &mut Vec<String>) {
    for part in parts {
        match part {
            Part::Fragment(name, _) => names.push(name.clone()),
            Part::Group(_, inner) | Part::Repeat(inner, ..) => fragment_names(inner, names),
            Part::Token(_) => {}
        }
    }
}

/// Reads one fragment; what is an expression stays one, whatever stands beside it.
fn fragment(kind: &str, input: ParseStream) -> syn::Result<TokenStream> {
    let before = input.cursor();
    match kind {
        "expr" | "expr_2021" => drop(input.parse::<syn::Expr>()?),
        "ident" => drop(input.call(syn::Ident::parse_any)?),
        "ty" => drop(input.parse::<syn::Type>()?),
        "path" => drop(input.parse::<syn::Path>()?),
        "literal" => {
            if input.peek(syn::Token![-]) {
                input.parse::<TokenTree>()?;
            }
            drop(input.parse::<syn::Lit>()?);
        }
        "lifetime" => drop(input.parse::<syn::Lifetime>()?),
        "block" => drop(input.parse::<syn::Block>()?),
        "stmt" => drop(input.parse::<syn::Expr>()?),
        "pat" => drop(syn::Pat::parse_multi_with_leading_vert(input)?),
        "pat_param" => drop(syn::Pat::parse_single(input)?),
        "vis" => drop(input.parse::<syn::Visibility>()?),
        "item" => drop(input.parse::<syn::Item>()?),
        "meta" => drop(input.parse::<syn::Meta>()?),
        "tt" => drop(input.parse::<TokenTree>()?),
        _ => return Err(input.error("an unknown fragment")),
    }
    let tokens = between(before, input.cursor());
    Ok(match kind {
        "expr" | "expr_2021" => TokenTree::Group(Group::new(Delimiter::None, tokens)).into(),
        _ => tokens,
    })
}

fn between(mut from: Cursor, to: Cursor) -> TokenStream {
    let mut tokens = TokenStream::new();
    while from != to {
        let Some((token, next)) = from.token_tree() else { break };
        tokens.extend([token]);
        from = next;
    }
    tokens
}

fn substitute(body: TokenStream, bounds: &Bounds, left: &mut usize) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let mut out = TokenStream::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        *left = left.checked_sub(1)?;
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match tokens.get(at) {
                Some(TokenTree::Ident(name)) => {
                    at += 1;
                    match bounds.get(&name.to_string()) {
                        Some(Bound::One(tokens)) => {
                            *left = left.checked_sub(tokens.clone().into_iter().count())?;
                            out.extend(tokens.clone());
                        }
                        Some(Bound::Many(_)) => return None,
                        // `$crate`
                        None => out.extend([TokenTree::Ident(name.clone())]),
                    }
                }
                Some(TokenTree::Group(group)) => {
                    let (separator, _, used) = repetition(&tokens[at + 1..])?;
                    at += 1 + used;
                    out.extend(rounds(group.stream(), separator.as_ref(), bounds, left)?);
                }
                _ => out.extend([TokenTree::Punct(dollar.clone())]),
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), substitute(group.stream(), bounds, left)?);
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            token => out.extend([token.clone()]),
        }
    }
    Some(out)
}

/// A repeated part of a body, once for each round of the fragments that it names.
fn rounds(body: TokenStream, separator: Option<&Punct>, bounds: &Bounds, left: &mut usize) -> Option<TokenStream> {
    let mut named = Vec::new();
    names_in(body.clone(), &mut named);
    let repeated = |name: &String| match bounds.get(name) {
        Some(Bound::Many(many)) => Some((name.clone(), many.clone())),
        _ => None,
    };
    let repeated: Vec<(String, Vec<Bound>)> = named.iter().filter_map(repeated).collect();
    let count = repeated.iter().map(|(_, many)| many.len()).min()?;
    let mut out = TokenStream::new();
    for round in 0..count {
        if let (Some(separator), true) = (separator, round > 0) {
            let mut punct = Punct::new(separator.as_char(), Spacing::Alone);
            punct.set_span(separator.span());
            out.extend([TokenTree::Punct(punct)]);
        }
        let mut inner = bounds.clone();
        for (name, many) in &repeated {
            inner.insert(name.clone(), many[round].clone());
        }
        out.extend(substitute(body.clone(), &inner, left)?);
    }
    Some(out)
}

fn names_in(body: TokenStream, names: &mut Vec<String>) {
    let mut dollar = false;
    for token in body {
        match token {
            TokenTree::Ident(name) if dollar => names.push(name.to_string()),
            TokenTree::Group(group) => names_in(group.stream(), names),
            TokenTree::Punct(punct) => {
                dollar = punct.as_char() == '$';
                continue;
            }
            _ => {}
        }
        dollar = false;
    }
}
