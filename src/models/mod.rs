//! What is known of libraries, as data: `rules/models/*.toml`, one line a call.
//!
//! A line says what a call does in the vocabulary of [`Effect`]: `"Map.get" = "read 0"` reads the element that argument 0
//! names, `"Mutex.lock" = "acquire exclusive"` makes a guard. A user adds lines for wrappers of their own in the same
//! form. This room must never know a parser or a rule.

mod effect;

pub use effect::{Attempt, Effect, Mode, Outside, Running, Taking};

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::names::Name;

/// One model file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    calls: BTreeMap<String, String>,
    /// Types whose methods are those of what they point to: `Arc`, `Box`.
    #[serde(default)]
    pointers: Vec<String>,
    /// Verbs that end the life of what they are called on.
    #[serde(default)]
    releases: Vec<String>,
    /// Props that take a function to be called whenever the user does something, besides those named `on…`.
    #[serde(default)]
    props: Vec<String>,
    /// Types whose values have a life of their own: two of them are never interchangeable.
    #[serde(default)]
    lives: Vec<String>,
    /// Types that are data and nothing else, but for what they hold.
    #[serde(default)]
    plain: Vec<String>,
    /// Types whose values keep a lock taken, and how.
    #[serde(default)]
    guards: BTreeMap<String, String>,
    /// Crates whose locks make the thread wait, not the task.
    #[serde(default)]
    blocking: Vec<String>,
}

/// All models in force.
#[derive(Default, Debug)]
pub struct Models {
    calls: FxHashMap<Name, Effect>,
    pointers: FxHashSet<Name>,
    releases: FxHashSet<Name>,
    props: Vec<Name>,
    lives: FxHashSet<Name>,
    plain: FxHashSet<Name>,
    guards: FxHashMap<Name, Mode>,
    blocking: FxHashSet<Name>,
}

const FILES: &[(&str, &str)] = &[
    ("ecmascript", include_str!("../../rules/models/ecmascript.toml")),
    ("node", include_str!("../../rules/models/node.toml")),
    ("rust", include_str!("../../rules/models/rust.toml")),
];

static BUNDLED: LazyLock<Models> = LazyLock::new(|| {
    let mut models = Models::default();
    for (name, text) in FILES {
        // A bundled file that does not read is a fault of the build; a test reads them all.
        if let Err(error) = models.add(text) {
            debug_assert!(false, "rules/models/{name}.toml: {error}");
        }
    }
    models
});

impl Models {
    /// The models that come with the program.
    pub fn bundled() -> &'static Models {
        &BUNDLED
    }

    /// Adds the lines of one file; later lines win.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let text: Text = toml::from_str(text).map_err(|error| error.to_string())?;
        for (call, effect) in &text.calls {
            let effect = Effect::parse(effect).ok_or_else(|| format!("`{call}` = `{effect}`: no such effect"))?;
            self.calls.insert(Name::new(call), effect);
        }
        for (guard, mode) in &text.guards {
            let mode = Mode::parse(mode).ok_or_else(|| format!("`{guard}` = `{mode}`: no such mode"))?;
            self.guards.insert(Name::new(guard), mode);
        }
        self.pointers.extend(text.pointers.iter().map(|name| Name::new(name)));
        self.releases.extend(text.releases.iter().map(|name| Name::new(name)));
        self.lives.extend(text.lives.iter().map(|name| Name::new(name)));
        self.plain.extend(text.plain.iter().map(|name| Name::new(name)));
        self.props.extend(text.props.iter().map(|name| Name::new(name)));
        self.blocking.extend(text.blocking.iter().map(|name| Name::new(name)));
        Ok(())
    }

    /// What the call with this full name does: `fs.rename`, `std::fs::rename`, `setTimeout`.
    pub fn call(&self, path: &str) -> Option<&Effect> {
        self.calls.get(&Name::new(path.strip_prefix("node:").unwrap_or(path)))
    }

    /// What a method of a library type does; the crate or module it comes from may tell two types of one name apart.
    pub fn method(&self, from: Name, ty: Name, method: Name) -> Option<&Effect> {
        if !from.is_empty()
            && let Some(effect) = self.calls.get(&Name::new(&format!("{}::{ty}.{method}", crate_of(from))))
        {
            return Some(effect);
        }
        self.calls.get(&Name::new(&format!("{ty}.{method}")))
    }

    /// Has a value of this library type a life of its own?
    pub fn has_identity(&self, ty: Name) -> bool {
        self.lives.contains(&ty) || ty.starts_with("Atomic")
    }

    /// Is it data and nothing else?
    pub fn is_plain(&self, ty: Name) -> bool {
        self.plain.contains(&ty)
    }

    /// Do values of this library type give out guards?
    pub fn is_lock(&self, ty: Name) -> bool {
        ["lock", "read", "borrow", "get", "acquire"]
            .iter()
            .any(|method| matches!(self.calls.get(&Name::new(&format!("{ty}.{method}"))), Some(Effect::Acquire(_))))
    }

    /// How a value of this library type keeps a lock taken, if it is a guard.
    pub fn guard(&self, ty: Name) -> Option<Mode> {
        self.guards.get(&ty).copied()
    }

    pub fn is_pointer(&self, ty: Name) -> bool {
        self.pointers.contains(&ty)
    }

    /// Does waiting for a lock of this crate or module block the thread?
    pub fn is_blocking(&self, from: Name) -> bool {
        !from.is_empty() && self.blocking.contains(&Name::new(crate_of(from)))
    }

    /// Does a method of this name end the life of its receiver?
    pub fn releases(&self, method: Name) -> bool {
        self.releases.contains(&method)
    }

    /// Is a function given under this prop name called whenever the user does something?
    pub fn is_handler_prop(&self, prop: Name) -> bool {
        self.props.contains(&prop)
            || prop
                .strip_prefix("on")
                .and_then(|rest| rest.chars().next())
                .is_some_and(|next| next.is_ascii_uppercase())
    }
}

fn crate_of(from: Name) -> &'static str {
    from.as_str().split("::").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{FILES, Models};

    #[test]
    fn bundled_files_read() {
        for (name, text) in FILES {
            Models::default().add(text).unwrap_or_else(|error| panic!("rules/models/{name}.toml: {error}"));
        }
    }
}
