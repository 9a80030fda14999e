//! Which names does a function assign to? A `let mut` of such a name is a variable, every other binding is a value.

use proc_macro2::{TokenStream, TokenTree};
use rustc_hash::FxHashMap;
use syn::visit::{self, Visit};
use syn::{Expr, Macro};

/// The names that stand on the left of an assignment, or whose whole value `mem::replace` and its kin exchange; true if
/// what they are given may own something.
pub(super) type Assigned = FxHashMap<String, bool>;

pub(super) fn names(block: &syn::Block) -> Assigned {
    let mut found = Found::default();
    found.visit_block(block);
    found.names
}

#[derive(Default)]
struct Found {
    names: Assigned,
}

impl Found {
    fn left(&mut self, expr: &Expr, owning: bool) {
        match expr {
            Expr::Path(of) => {
                if let Some(ident) = of.path.get_ident() {
                    let text = ident.to_string();
                    let name = text.strip_prefix("r#").map(str::to_owned).unwrap_or(text);
                    *self.names.entry(name).or_default() |= owning;
                }
            }
            Expr::Paren(of) => self.left(&of.expr, owning),
            Expr::Tuple(of) => of.elems.iter().for_each(|part| self.left(part, owning)),
            Expr::Array(of) => of.elems.iter().for_each(|part| self.left(part, owning)),
            Expr::Call(of) => of.args.iter().for_each(|part| self.left(part, owning)),
            Expr::Struct(of) => of.fields.iter().for_each(|field| self.left(&field.expr, owning)),
            _ => {}
        }
    }

    /// `x = …` and `x += …` in the tokens of a macro; a lone `x` may be assigned by one that this file declares.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let Some(owning) = assigns(&tokens[at + 1..]) else { continue };
                    let field = at > 0 && matches!(&tokens[at - 1], TokenTree::Punct(dot) if dot.as_char() == '.');
                    if !field {
                        *self.names.entry(ident.to_string()).or_default() |= owning;
                    }
                }
                _ => {}
            }
        }
    }
}

/// Do these tokens begin with `=` (then something may be owned) or `+=`, but not with `==` or `=>`?
fn assigns(rest: &[TokenTree]) -> Option<bool> {
    let punct = |at: usize| match rest.get(at) {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    };
    match (punct(0), punct(1)) {
        (Some('='), next) => (!matches!(next, Some('=' | '>'))).then_some(true),
        (Some('+' | '-' | '*' | '/' | '%' | '^' | '&' | '|'), Some('=')) => (punct(2) != Some('=')).then_some(false),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_expr_assign(&mut self, of: &'ast syn::ExprAssign) {
        self.left(&of.left, may_own(&of.right));
        visit::visit_expr_assign(self, of);
    }

    fn visit_expr_binary(&mut self, of: &'ast syn::ExprBinary) {
        if super::operators::is_assignment(&of.op) {
            self.left(&of.left, false);
        }
        // A long chain of operators leans to the left.
        let mut of = of;
        loop {
            self.visit_expr(&of.right);
            match &*of.left {
                Expr::Binary(left) => {
                    of = left;
                    if super::operators::is_assignment(&of.op) {
                        self.left(&of.left, false);
                    }
                }
                left => {
                    self.visit_expr(left);
                    break;
                }
            }
        }
    }

    fn visit_expr_call(&mut self, of: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*of.func
            && let Some(last) = path.path.segments.last()
            && (last.ident == "replace" || last.ident == "take" || last.ident == "swap")
        {
            for arg in &of.args {
                if let Expr::Reference(reference) = arg
                    && reference.mutability.is_some()
                {
                    self.left(&reference.expr, true);
                }
            }
        }
        visit::visit_expr_call(self, of);
    }

    fn visit_macro(&mut self, of: &'ast Macro) {
        self.tokens(of.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// Literals, sums and references own nothing.
fn may_own(right: &Expr) -> bool {
    match right {
        Expr::Lit(_) | Expr::Reference(_) | Expr::Unary(_) => false,
        Expr::Binary(_) | Expr::Cast(_) | Expr::Field(_) => false,
        Expr::Paren(of) => may_own(&of.expr),
        Expr::Path(of) => !of.path.is_ident("None"),
        _ => true,
    }
}
