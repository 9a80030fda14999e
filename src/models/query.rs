//! What calls do to rows and keys outside the program, and the one-line form it is written in.
//!
//! A line names a piece of a call chain: `"update().set()" = "update table 0"`. `name` is a field, `name()` a call, `*`
//! any field, `^` a capitalised name (a model class), `@` one of the file's `receivers`, `$` a row that was read. A name that begins with a dot
//! says what one more call of the chain adds: `".where()" = "where 0"`. Numbers name arguments, counted from 0.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::names::Name;

/// The part of a model file that is about rows and keys; a table of its own for each library.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LibraryText {
    /// Packages or crates: the lines hold in programs that import one of them. None: they hold everywhere.
    packages: Vec<String>,
    /// What `@` stands for: types, or the ends of variables' names.
    receivers: Vec<String>,
    /// Types whose values are transactions already.
    transactions: Vec<String>,
    /// Types whose values are no transactions: each statement may go over another connection.
    pools: Vec<String>,
    /// Names that programs give to transactions.
    named: Vec<String>,
    /// Packages that carry the transaction along by themselves.
    ambient: Vec<String>,
    /// Decorators that run a function in a transaction.
    decorators: Vec<String>,
    /// What the server promises of a plain transaction: `committed` (also where nothing is said) or `serializable`.
    isolation: String,
    /// `rows` (also where nothing is said) or `keys`.
    stores: String,
    /// The lines are of a Rust crate.
    rust: bool,
    lines: std::collections::BTreeMap<String, String>,
}

/// One library.
#[derive(Clone, Default, Debug)]
pub struct Library {
    pub name: String,
    pub packages: Vec<String>,
    pub receivers: Vec<String>,
    pub transactions: Vec<Name>,
    pub pools: Vec<Name>,
    pub named: Vec<Name>,
    pub ambient: Vec<String>,
    pub decorators: Vec<Name>,
    pub serializable: bool,
    pub keys: bool,
    pub rust: bool,
    heads: FxHashMap<Name, Vec<Line>>,
    more: FxHashMap<Name, Line>,
}

#[derive(Clone, Debug)]
pub struct Line {
    /// The project's own: it holds even where the code that is called can be seen.
    pub own: bool,
    pub pattern: Vec<Part>,
    pub does: Does,
    pub args: Vec<(Role, From)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Field(Name),
    Call(Name),
    Any,
    Class,
    Receiver,
    /// A row that was read before: `row.save()`.
    Row,
}

/// What a call, or one more call of a chain, does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Does {
    Read,
    /// Reads how many there are, or whether there are any.
    Count,
    Insert,
    Update,
    Delete,
    Upsert,
    /// Writes an object back, or inserts it.
    Save,
    /// Whatever the SQL text says.
    Sql,
    /// Runs a function in a transaction, or what stands in a list.
    Transaction,
    /// The result is a transaction.
    Begin,
    /// The receiver is a transaction from here.
    BeginSelf,
    End,
    /// A database file is opened that others may have open.
    Open,
    /// Works only where nothing is yet.
    Claim,
    /// Compares before it acts.
    Compare,
    /// Adds to the query: a condition, data, a lock, …
    More,
    /// One of several steps of the same kind: `locks`, `ignores`, `replaces`.
    Mark(Mark),
    /// Nothing that matters here.
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mark {
    /// Others wait until this run is through.
    Locks,
    /// Where the row is there already, nothing is done.
    Ignores,
    /// Where the row is there already, it is replaced.
    Replaces,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Table,
    Where,
    Data,
    On,
    Run,
    Batch,
    Text,
    Values,
    Key,
    Value,
    Locks,
    Ignores,
    Expires,
    /// The call counts only where the argument speaks of being the first: `wx`, `O_EXCL`.
    Exclusive,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// Argument, and the field of it.
    Arg(u8, Option<Name>),
    Last,
    /// All arguments.
    All,
    /// What `*` or `^` or `@` stands for.
    Named,
    /// The argument of the function call that the chain begins with.
    Call,
    /// What the chain is called on.
    Receiver,
    /// What the chain begins with, if that is no statement by itself.
    Root,
    /// A call further on in the chain, by name.
    Of(Name),
}

impl Library {
    pub fn read(name: &str, text: LibraryText) -> Result<Library, String> {
        let names = |all: Vec<String>| all.iter().map(|one| Name::new(one)).collect();
        let mut library = Library {
            name: name.to_owned(),
            packages: text.packages,
            receivers: text.receivers,
            transactions: names(text.transactions),
            pools: names(text.pools),
            named: names(text.named),
            ambient: text.ambient,
            decorators: names(text.decorators),
            serializable: text.isolation == "serializable",
            keys: text.stores == "keys",
            rust: text.rust,
            ..Library::default()
        };
        for (call, effect) in &text.lines {
            let line = Line::parse(call, effect).ok_or_else(|| format!("`{call}` = `{effect}`: no such line"))?;
            let Some(last) = line.pattern.iter().rev().find_map(Part::called) else {
                return Err(format!("`{call}`: names no call"));
            };
            if call.starts_with('.') {
                library.more.insert(last, line);
            } else {
                library.heads.entry(last).or_default().push(line);
            }
        }
        // The longest pattern says most.
        library.heads.values_mut().for_each(|lines| lines.sort_by_key(|line| std::cmp::Reverse(line.pattern.len())));
        Ok(library)
    }

    /// Takes a project's own lines in: they come before the others.
    pub fn extend(&mut self, own: Library) {
        self.packages.extend(own.packages);
        self.receivers.extend(own.receivers);
        self.transactions.extend(own.transactions);
        self.pools.extend(own.pools);
        self.named.extend(own.named);
        self.ambient.extend(own.ambient);
        self.decorators.extend(own.decorators);
        self.more.extend(own.more);
        let mut heads: Vec<(Name, Vec<Line>)> = own.heads.into_iter().collect();
        heads.sort_by_key(|(name, _)| *name);
        for (name, lines) in heads {
            self.heads.entry(name).or_default().splice(0..0, lines);
        }
    }

    /// These lines are a project's own.
    pub fn into_own(mut self) -> Library {
        self.heads.values_mut().flatten().for_each(|line| line.own = true);
        self
    }

    /// The lines whose last call has this name.
    pub fn heads(&self, call: Name) -> &[Line] {
        self.heads.get(&call).map_or(&[], Vec::as_slice)
    }

    /// What one more call of this name adds to a chain.
    pub fn more(&self, call: Name) -> Option<&Line> {
        self.more.get(&call)
    }

    /// Does a package of this name belong to the library?
    pub fn is_of(&self, package: &str) -> bool {
        self.packages.iter().any(|own| is_package(own, package))
    }
}

/// Is it the package `own` or a part of it?
pub fn is_package(own: &str, package: &str) -> bool {
    package.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with("::"))
}

impl Part {
    fn called(&self) -> Option<Name> {
        match self {
            Part::Call(name) => Some(*name),
            _ => None,
        }
    }
}

impl Line {
    fn parse(call: &str, effect: &str) -> Option<Line> {
        let part = |text: &str| match text {
            "*" => Part::Any,
            "^" => Part::Class,
            "@" => Part::Receiver,
            "$" => Part::Row,
            text => match text.strip_suffix("()") {
                Some(name) => Part::Call(Name::new(name)),
                None => Part::Field(Name::new(text)),
            },
        };
        let pattern = call.strip_prefix('.').unwrap_or(call).split('.').map(part).collect();
        let words: Vec<&str> = effect.split_whitespace().collect();
        let does = Does::parse(words.first()?)?;
        let mut args = Vec::new();
        let mut rest = &words[usize::from(does != Does::More)..];
        while let [role, from, tail @ ..] = rest {
            args.push((Role::parse(role)?, From::parse(from)?));
            rest = tail;
        }
        rest.is_empty().then_some(Line { own: false, pattern, does, args })
    }

    /// Does it take several calls to fit? Then it tells much by itself.
    pub fn is_shape(&self) -> bool {
        self.pattern.iter().filter(|part| matches!(part, Part::Call(_))).count() > 1
    }

    pub fn arg(&self, role: Role) -> Option<From> {
        self.args.iter().find(|(own, _)| *own == role).map(|(_, from)| *from)
    }
}

impl Does {
    fn parse(word: &str) -> Option<Does> {
        Some(match word {
            "read" => Does::Read,
            "count" => Does::Count,
            "insert" => Does::Insert,
            "update" => Does::Update,
            "delete" => Does::Delete,
            "upsert" => Does::Upsert,
            "save" => Does::Save,
            "sql" => Does::Sql,
            "transaction" => Does::Transaction,
            "begin" => Does::Begin,
            "begin-self" => Does::BeginSelf,
            "end" => Does::End,
            "open" => Does::Open,
            "claim" => Does::Claim,
            "compare" => Does::Compare,
            "locking" => Does::Mark(Mark::Locks),
            "ignoring" => Does::Mark(Mark::Ignores),
            "replacing" => Does::Mark(Mark::Replaces),
            "nothing" => Does::Nothing,
            word => return Role::parse(word).map(|_| Does::More),
        })
    }

    pub fn writes(self) -> bool {
        matches!(self, Does::Insert | Does::Update | Does::Delete | Does::Upsert | Does::Save)
    }

    pub fn reads(self) -> bool {
        matches!(self, Does::Read | Does::Count)
    }
}

impl Role {
    fn parse(word: &str) -> Option<Role> {
        Some(match word {
            "table" => Role::Table,
            "where" => Role::Where,
            "data" => Role::Data,
            "on" => Role::On,
            "run" => Role::Run,
            "batch" => Role::Batch,
            "text" => Role::Text,
            "values" => Role::Values,
            "key" => Role::Key,
            "value" => Role::Value,
            "locks" => Role::Locks,
            "ignores" => Role::Ignores,
            "expires" => Role::Expires,
            "exclusive" => Role::Exclusive,
            _ => return None,
        })
    }
}

impl From {
    fn parse(word: &str) -> Option<From> {
        Some(match word {
            "*" | "^" | "@" => From::Named,
            "call" => From::Call,
            "self" => From::Receiver,
            "root" => From::Root,
            "last" => From::Last,
            "all" => From::All,
            word if word.starts_with(|c: char| c.is_ascii_digit()) => {
                let (index, field) = word.split_once('.').map_or((word, None), |(i, f)| (i, Some(Name::new(f))));
                From::Arg(index.parse().ok()?, field)
            }
            word => From::Of(Name::new(word.strip_suffix("()")?)),
        })
    }
}
