//! Generics: what the arguments of a call say of the callee's type parameters. It knows declarations, and no bodies.

use super::Program;
use super::ids::FunctionId;
use super::types::Ty;
use crate::facts::Type;
use crate::names::Name;

/// Type parameters by name, with what is known of them.
type Known = Vec<(Name, Ty)>;

impl Program {
    /// The declared type of a function's result where it is called with arguments of these types; an async one's is a
    /// promise of it. `lock(&desks)` of `fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<T>` is a guard of what is in `desks`.
    pub(super) fn result_type(&self, id: FunctionId, given: &[Ty]) -> Ty {
        let function = self.function(id);
        let declared = match &function.returns {
            Type::Unknown => Ty::Unknown,
            ty => self.resolve_type(id.file, function.unit, &function.generics, ty),
        };
        let mut known = Known::new();
        for (param, ty) in function.params.iter().zip(given) {
            self.learn(&function.generics, &param.ty, ty, &mut known);
        }
        let ty = if known.is_empty() { declared } else { filled(declared, &function.returns, &known) };
        if function.is_async && self.is_rust(id.file) { Ty::lib("Future", vec![ty]) } else { ty }
    }

    /// Lays the type of an argument over the parameter's as it is written.
    fn learn(&self, generics: &[(Name, Type)], written: &Type, ty: &Ty, known: &mut Known) {
        match written {
            Type::Ref { to, .. } => self.learn(generics, to, ty, known),
            Type::Named { path, .. } if generics.iter().any(|(name, _)| name == path) => {
                if *ty != Ty::Unknown {
                    known.push((*path, ty.clone()));
                }
            }
            Type::Named { args, .. } => {
                let is_it = |ty: &Ty| matches!(ty, Ty::Lib { name, .. } if Some(name.as_str()) == written.last_name());
                // A pointer is given for what it points to.
                let ty = if is_it(ty) { ty.clone() } else { self.pointee(ty) };
                if let Ty::Lib { args: given, .. } = &ty
                    && is_it(&ty)
                    && given.len() == args.len()
                {
                    args.iter().zip(given).for_each(|(written, ty)| self.learn(generics, written, ty, known));
                }
            }
            Type::Unknown | Type::Dyn(_) | Type::Function { .. } => {}
        }
    }
}

/// The type with what is known put in for the parameters that it was written with.
fn filled(ty: Ty, written: &Type, known: &Known) -> Ty {
    match (ty, written) {
        (ty, Type::Ref { to, .. }) => filled(ty, to, known),
        (Ty::Lib { from, name, args }, Type::Named { args: parts, .. }) if args.len() == parts.len() => {
            let args = args.into_iter().zip(parts).map(|(ty, written)| filled(ty, written, known)).collect();
            Ty::Lib { from, name, args }
        }
        (ty, Type::Named { path, .. }) => {
            known.iter().find(|(name, _)| name == path).map_or(ty, |(_, known)| known.clone())
        }
        (ty, _) => ty,
    }
}
