//! What is known of libraries, as data: `rules/models/*.toml`, one line a call.
//!
//! A line says what a call does in the vocabulary of [`Effect`]: `"Map.get" = "read 0"` reads the element that argument 0
//! names, `"Mutex.lock" = "acquire exclusive"` makes a guard. A user adds lines for wrappers of their own in the same
//! form. This room must never know a parser or a rule.

mod effect;
pub mod query;

pub use effect::{Attempt, Effect, FileEffect, FileWhat, Mode, Outside, PathEffect, Running, Taking};

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rustc_hash::{FxHashMap, FxHashSet};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::names::Name;
use query::{Library, LibraryText};

/// The lines of one model file, or of the models in a configuration.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    /// What calls do: the full name of a function or `Type.method`, and an effect such as `read 0` or `acquire exclusive`.
    calls: BTreeMap<String, String>,
    /// Types whose methods are those of what they point to: `Arc`, `Box`.
    pointers: Vec<String>,
    /// Verbs that end the life of what they are called on.
    releases: Vec<String>,
    /// Props that take a function to be called whenever the user does something, besides those named `on…`.
    props: Vec<String>,
    /// Those that are called faster than an answer comes: while somebody types.
    hurried: Vec<String>,
    /// Methods that take a name and functions to be called whenever what it names happens: `on`, `addEventListener`.
    listeners: Vec<String>,
    /// The same where the name is a path that begins with `/`: `get`, `post`.
    routes: Vec<String>,
    /// Beginnings of the names of methods that take one function, to be called whenever what they name happens: `onDid`.
    events: Vec<String>,
    /// Happenings that come once in the life of a program: `ready`, `exit`.
    once: Vec<String>,
    /// Methods that take back what `listeners` and `exclusive` calls have registered.
    removes: Vec<String>,
    /// Methods and fields of what is registered with that tell whether something is registered.
    asks: Vec<String>,
    /// Calls that register something for the whole process, by its full name, and fail where something is registered under
    /// the same key: `electron.ipcMain.handle`.
    exclusive: Vec<String>,
    /// Types of parameters that stand for one request among others: `NextRequest`.
    requests: Vec<String>,
    /// Classes whose instances keep what one user has asked for, by their full names.
    caches: Vec<String>,
    /// Types whose values have a life of their own: two of them are never interchangeable.
    lives: Vec<String>,
    /// Types that are data and nothing else, but for what they hold.
    plain: Vec<String>,
    /// Types whose values keep a lock taken, and how.
    guards: BTreeMap<String, String>,
    /// Crates whose locks make the thread wait, not the task.
    blocking: Vec<String>,
    /// Modules with the calls of another one: `tokio::fs` has those of `std::fs`.
    modules: BTreeMap<String, String>,
    /// Types with the methods of another one: `PathBuf` has those of `Path`.
    types: BTreeMap<String, String>,
    /// How many types a collection holds; its further arguments say how it does so.
    holds: BTreeMap<String, usize>,
    /// Words in the names of tables that nothing depends on: logs, metrics.
    asides: Vec<String>,
    /// Libraries that keep rows or keys outside the program, by name.
    library: BTreeMap<String, LibraryText>,
}

impl Lines {
    pub fn is_empty(&self) -> bool {
        *self == Lines::default()
    }

    /// These and those of `other`, whose calls win.
    pub fn and(mut self, other: Lines) -> Lines {
        self.calls.extend(other.calls);
        self.pointers.extend(other.pointers);
        self.releases.extend(other.releases);
        self.props.extend(other.props);
        self.hurried.extend(other.hurried);
        self.listeners.extend(other.listeners);
        self.routes.extend(other.routes);
        self.events.extend(other.events);
        self.once.extend(other.once);
        self.removes.extend(other.removes);
        self.asks.extend(other.asks);
        self.exclusive.extend(other.exclusive);
        self.requests.extend(other.requests);
        self.caches.extend(other.caches);
        self.lives.extend(other.lives);
        self.plain.extend(other.plain);
        self.guards.extend(other.guards);
        self.blocking.extend(other.blocking);
        self.modules.extend(other.modules);
        self.types.extend(other.types);
        self.holds.extend(other.holds);
        self.asides.extend(other.asides);
        self.library.extend(other.library);
        self
    }
}

/// All models in force.
#[derive(Clone, Default, Debug)]
pub struct Models {
    calls: FxHashMap<Name, Effect>,
    /// Functions of the program itself that a user has said something about: what their bodies do is not looked at.
    own: FxHashMap<Name, Effect>,
    pointers: FxHashSet<Name>,
    releases: FxHashSet<Name>,
    props: Vec<Name>,
    hurried: Vec<Name>,
    listeners: FxHashSet<Name>,
    routes: FxHashSet<Name>,
    events: Vec<Name>,
    once: FxHashSet<Name>,
    removes: FxHashSet<Name>,
    asks: FxHashSet<Name>,
    exclusive: FxHashSet<Name>,
    requests: FxHashSet<Name>,
    caches: FxHashSet<Name>,
    lives: FxHashSet<Name>,
    plain: FxHashSet<Name>,
    guards: FxHashMap<Name, Mode>,
    blocking: FxHashSet<Name>,
    modules: FxHashMap<Name, Name>,
    types: FxHashMap<Name, Name>,
    holds: FxHashMap<Name, usize>,
    /// Libraries that keep rows or keys outside the program.
    pub libraries: Vec<Library>,
    asides: Vec<String>,
}

const FILES: &[(&str, &str)] = &[
    ("databases-rust", include_str!("../../rules/models/databases-rust.toml")),
    ("databases-ts", include_str!("../../rules/models/databases-ts.toml")),
    ("keys", include_str!("../../rules/models/keys.toml")),
    ("ecmascript", include_str!("../../rules/models/ecmascript.toml")),
    ("files-rust", include_str!("../../rules/models/files-rust.toml")),
    ("files-typescript", include_str!("../../rules/models/files-typescript.toml")),
    ("node", include_str!("../../rules/models/node.toml")),
    ("react", include_str!("../../rules/models/react.toml")),
    ("registries", include_str!("../../rules/models/registries.toml")),
    ("storage", include_str!("../../rules/models/storage.toml")),
    ("rust", include_str!("../../rules/models/rust.toml")),
];

static BUNDLED: LazyLock<Arc<Models>> = LazyLock::new(|| {
    let mut models = Models::default();
    for (name, text) in FILES {
        // A bundled file that does not read is a fault of the build; a test reads them all.
        if let Err(error) = models.add(text) {
            debug_assert!(false, "rules/models/{name}.toml: {error}");
        }
    }
    Arc::new(models)
});

impl Models {
    /// The models that come with the program.
    pub fn bundled() -> Arc<Models> {
        Arc::clone(&BUNDLED)
    }

    /// Adds the text of one file; later lines win.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let lines: Lines = toml::from_str(text).map_err(|error| error.to_string())?;
        self.add_lines(&lines, false)
    }

    fn add_lines(&mut self, lines: &Lines, own: bool) -> Result<(), String> {
        for (call, effect) in &lines.calls {
            self.calls.insert(Name::new(call), parse(call, effect)?);
        }
        self.pointers.extend(lines.pointers.iter().map(|name| Name::new(name)));
        self.releases.extend(lines.releases.iter().map(|name| Name::new(name)));
        self.lives.extend(lines.lives.iter().map(|name| Name::new(name)));
        self.plain.extend(lines.plain.iter().map(|name| Name::new(name)));
        self.props.extend(lines.props.iter().map(|name| Name::new(name)));
        self.hurried.extend(lines.hurried.iter().map(|name| Name::new(name)));
        self.listeners.extend(lines.listeners.iter().map(|name| Name::new(name)));
        self.routes.extend(lines.routes.iter().map(|name| Name::new(name)));
        self.events.extend(lines.events.iter().map(|name| Name::new(name)));
        self.once.extend(lines.once.iter().map(|name| Name::new(name)));
        self.removes.extend(lines.removes.iter().map(|name| Name::new(name)));
        self.asks.extend(lines.asks.iter().map(|name| Name::new(name)));
        self.exclusive.extend(lines.exclusive.iter().map(|name| Name::new(name)));
        self.requests.extend(lines.requests.iter().map(|name| Name::new(name)));
        self.caches.extend(lines.caches.iter().map(|name| Name::new(name)));
        self.blocking.extend(lines.blocking.iter().map(|name| Name::new(name)));
        self.modules.extend(lines.modules.iter().map(|(name, like)| (Name::new(name), Name::new(like))));
        self.types.extend(lines.types.iter().map(|(name, like)| (Name::new(name), Name::new(like))));
        self.holds.extend(lines.holds.iter().map(|(name, types)| (Name::new(name), *types)));
        self.asides.extend(lines.asides.iter().cloned());
        for (guard, mode) in &lines.guards {
            let mode = Mode::parse(mode).ok_or_else(|| format!("`{guard}` = `{mode}`: no such mode"))?;
            self.guards.insert(Name::new(guard), mode);
        }
        for (name, text) in &lines.library {
            let library = Library::read(name, text.clone())?;
            let library = if own { library.into_own() } else { library };
            match self.libraries.iter_mut().find(|known| known.name == *name) {
                Some(known) => known.extend(library),
                None => self.libraries.push(library),
            }
        }
        Ok(())
    }

    /// Adds what a user says, which counts also for functions whose bodies are known.
    pub fn add_own(&mut self, lines: &Lines) -> Result<(), String> {
        self.add_lines(lines, true)?;
        for (call, effect) in &lines.calls {
            self.own.insert(Name::new(call), parse(call, effect)?);
        }
        Ok(())
    }

    /// What a user says about a function of the program: its name, or `Type.method`.
    pub fn own(&self, owner: Option<Name>, function: Name) -> Option<&Effect> {
        if self.own.is_empty() {
            return None;
        }
        match owner {
            Some(owner) => self.own.get(&Name::new(&format!("{owner}.{function}"))),
            None => self.own.get(&function),
        }
    }

    /// What the call with this full name does: `fs.rename`, `std::fs::rename`, `setTimeout`.
    pub fn call(&self, path: &str) -> Option<&Effect> {
        let host = ["node:", "globalThis.", "window."].iter().find_map(|host| path.strip_prefix(host));
        let path = host.unwrap_or(path);
        if let Some(effect) = self.calls.get(&Name::new(path)) {
            return Some(effect);
        }
        // A module that has the calls of another one, the longest name first.
        path.match_indices(['.', ':']).rev().find_map(|(at, separator)| {
            let like = self.modules.get(&Name::new(&path[..at]))?;
            let rest = path[at..].trim_start_matches(separator);
            let full = if separator == ":" { format!("{like}::{rest}") } else { format!("{like}.{rest}") };
            self.calls.get(&Name::new(&full))
        })
    }

    /// What a method of a library type does; the crate or module it comes from may tell two types of one name apart.
    pub fn method(&self, from: Name, ty: Name, method: Name) -> Option<&Effect> {
        if !from.is_empty()
            && let Some(effect) = self.calls.get(&Name::new(&format!("{}::{ty}.{method}", crate_of(from))))
        {
            return Some(effect);
        }
        let like = self.types.get(&ty).copied().unwrap_or(ty);
        self.calls.get(&Name::new(&format!("{like}.{method}")))
    }

    /// The most type arguments of this library type that say what it holds.
    pub fn holds(&self, ty: Name) -> usize {
        let like = self.types.get(&ty).unwrap_or(&ty);
        self.holds.get(like).copied().unwrap_or(usize::MAX)
    }

    /// Has a value of this library type a life of its own?
    pub fn has_identity(&self, ty: Name) -> bool {
        self.lives.contains(&ty) || ty.starts_with("Atomic")
    }

    /// Is there a method of this name on collections or texts?
    pub fn is_of_data(&self, method: Name) -> bool {
        ["Array", "Map", "Set", "String"]
            .iter()
            .any(|ty| self.calls.contains_key(&Name::new(&format!("{ty}.{method}"))))
    }

    /// Is it data and nothing else?
    pub fn is_plain(&self, ty: Name) -> bool {
        self.plain.contains(&ty) || self.types.get(&ty).is_some_and(|like| self.plain.contains(like))
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

    /// Is it a table that nothing depends on, by its name?
    pub fn is_aside(&self, table: &str) -> bool {
        self.asides.iter().any(|word| table.contains(word.as_str()))
    }

    /// Does a method of this name end the life of its receiver?
    pub fn releases(&self, method: Name) -> bool {
        self.releases.contains(&method)
    }

    /// Are functions that a method of this name gets behind a name called whenever what is named happens? `path`: the name
    /// is a path.
    pub fn listens(&self, method: Name, path: bool) -> bool {
        self.listeners.contains(&method) || path && self.routes.contains(&method)
    }

    /// Does a method of this name take one function, and call it whenever what the name says happens?
    pub fn is_event(&self, method: Name) -> bool {
        self.events.iter().any(|start| method.starts_with(start.as_str()))
    }

    /// Does what goes by this name happen once in the life of a program?
    pub fn happens_once(&self, event: Name) -> bool {
        self.once.contains(&event)
    }

    /// Does a method of this name take back what was registered?
    pub fn removes(&self, method: Name) -> bool {
        self.removes.contains(&method)
    }

    /// Does a method or a field of this name tell whether something is registered?
    pub fn asks(&self, member: Name) -> bool {
        self.asks.contains(&member)
    }

    /// Is there only one registration for each key, for the whole process? By the call's full name.
    pub fn is_exclusive(&self, call: &str) -> bool {
        self.exclusive.contains(&Name::new(call))
    }

    /// Does a parameter of this type stand for one request among others?
    pub fn is_request(&self, ty: Name) -> bool {
        self.requests.contains(&ty)
    }

    /// Does an instance of this class keep what one user has asked for? By its full name.
    pub fn is_cache(&self, class: &str) -> bool {
        self.caches.contains(&Name::new(class))
    }

    /// Is a handler of this name called again and again while somebody types or moves?
    pub fn is_hurried(&self, prop: Name) -> bool {
        self.hurried.contains(&prop)
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

fn parse(call: &str, effect: &str) -> Result<Effect, String> {
    Effect::parse(effect).ok_or_else(|| format!("`{call}` = `{effect}`: there is no such effect"))
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
