//! What a call does, and the one-line form it is written in.

/// The meaning of one call. Numbers name arguments, counted from 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// `pure`: nothing that anybody else can see.
    Pure,
    /// `same`: the result is the receiver, in another wrapping (`Arc::clone`, `as_ref`, `unwrap`).
    Same,
    /// `expect`: as `same`, and the run fails where the receiver is a failure.
    Expect,
    /// `same 0`: the result is argument 0.
    SameArg(u8),
    /// `read`, `read 0`: the whole receiver's content, or the element that the argument names; the result is it.
    Read(Option<u8>),
    /// `test 0`: whether the element is there; `test`: whether it is empty.
    Test(Option<u8>),
    /// `insert 0 = 1`, `insert = 0`: puts an element.
    Insert {
        key: Option<u8>,
        value: Option<u8>,
    },
    /// `add 0`: puts the element itself as a member; the result is whether it was new, where `tested`.
    Add {
        key: u8,
        tested: bool,
    },
    /// `remove 0`; the result is what was there.
    Remove(Option<u8>),
    /// `clear`
    Clear,
    /// `take`: the whole content goes out in one step.
    Take,
    /// `ensure 0`: looks up and fills in one step (`entry`, `get_or_init`).
    Ensure(Option<u8>),
    /// `set once = 0`: works for the first only; the result tells.
    SetOnce,
    /// `set = 0`: replaces the content.
    Set(u8),
    /// `update`: reads and writes in one step; the result is the old value.
    Update,
    /// `load`, `store = 0`: one atomic access.
    Load,
    Store(u8),
    /// `exchange 0 1`: compare and swap.
    Exchange,
    /// `acquire exclusive|shared [async] [try]`: the result is a guard of the receiver. `acquire shared find 0`: of the
    /// element that argument 0 names.
    Acquire(Taking),
    /// `within exclusive insert 0 = 1`: the rest of the line, under a lock that is taken for it alone.
    Within(Mode, Box<Effect>),
    /// `release`: ends the receiver's (or `release 0`: the argument's) guard.
    Release(Option<u8>),
    /// `wait 0`: a condition variable; gives up the guard in argument 0 and takes it again.
    Wait(u8),
    /// `notify`
    Notify,
    /// `unlock`: gives the receiver back, whatever guard was got for it.
    Unlock,
    /// `run 0 now|each|later|often|timed|spawned|chained|failed|settled|locked|queued`: calls a function value. `run 1 locked
    /// named 0`: the lock is the one that argument 0 names.
    Run {
        arg: u8,
        how: Running,
        named: Option<u8>,
    },
    /// `among 0`: calls a function value for the elements of the receiver; what it gives is of what stands there.
    Among(u8),
    /// Runs this argument later, and again whenever something in the list behind it has changed.
    Renew(u8),
    /// A pair: what is kept for a component, which begins as this argument, and a function that sets it.
    State(u8),
    /// `join`: the result is a promise over those in argument 0.
    JoinAll,
    /// `pause`: a timer or an answer from outside; the result is a future.
    Pause,
    /// `settle 0`
    Settle(u8),
    /// `attach 0`: the receiver works for the argument from now on, for one at a time; the result is a promise.
    Attach(u8),
    /// `open`, `close`: a live resource begins or ends.
    Open,
    Close,
    /// `act repeatable|adding|unknown`
    Act(Outside),
    /// `ends`: the run goes no further (`process.exit`, `panic`).
    Ends,
    /// `file read 0`, `file write self = 1 flags 2`, `file rename 0 1`: a step on the file that an argument or the receiver
    /// names.
    File(FileEffect),
    /// `path join`, `path child 0`, `path fresh`: the result names a file.
    Path(PathEffect),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileEffect {
    pub what: FileWhat,
    /// The argument with the path; `None`: the receiver.
    pub at: Option<u8>,
    /// The argument with the content, or with the path of a rename's or a copy's target.
    pub with: Option<u8>,
    /// The argument that says how the file is opened.
    pub flags: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileWhat {
    /// Whether it is there; never fails.
    Test,
    /// As `Test`, and where nothing is it is an error.
    Look,
    Read,
    /// Replaces the content in place.
    Write,
    /// Creates it; an error where something is.
    Create,
    /// Adds at the end, in one step.
    Append,
    Remove,
    Rename,
    Copy,
    /// Sees to it that it is there; whoever comes second changes nothing.
    Ensure,
    /// As the flags or the options say that were gathered before.
    Open,
    /// The result stands for the file; nothing happens yet.
    Handle,
    /// Locks of the operating system: gone with the process that has them.
    Lock,
    TryLock,
    Unlock,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathEffect {
    /// All arguments one after the other.
    Join,
    /// The receiver, then the argument.
    Child(u8),
    /// The receiver itself gets longer by the argument.
    Push(u8),
    /// The receiver with another ending or last name.
    Renamed(u8),
    Parent,
    /// The same path in another wrapping: of the argument, or of the receiver.
    Same(Option<u8>),
    /// A known folder.
    Root,
    /// A name or a folder that nobody else has.
    Fresh,
    /// The way a file is to be opened: `OpenOptions::new`, and every flag on the way.
    Options,
}

/// How a lock is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taking {
    pub mode: Mode,
    pub is_async: bool,
    pub attempt: Attempt,
    /// The argument that names the element which the guard gives access to.
    pub element: Option<u8>,
}

/// Does it wait, and is something held afterwards?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Attempt {
    /// Waits, and holds the lock then.
    Waits,
    /// Does not wait; where it fails nothing is held.
    Tries,
    /// Waits, and holds the lock only where the element is there.
    Finds,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    Exclusive,
    Shared,
    /// Many readers and this one, which may turn exclusive.
    Upgradable,
    /// A shared acquisition that never queues behind a writer.
    Recursive,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outside {
    Repeatable,
    Adding,
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Running {
    /// Once, before the call returns (or as part of what it returns).
    Now,
    /// For each element, all started at once if it is async.
    Each,
    /// Once, when the run has let go: a timer, the next tick.
    Later,
    /// Once, when what it stands in is shown.
    Shown,
    /// Again and again, whoever is still running: a listener.
    Often,
    /// The same, each time that somebody does something by hand.
    ByHand,
    /// When what another function has begun is to be undone, whether that has come to its end or not.
    Undoing,
    /// Often, by the clock: a period that the work may outlast.
    Timed,
    /// As a task or thread of its own.
    Spawned,
    /// When the receiver has settled well.
    Chained,
    /// When the receiver has failed.
    Failed,
    /// When the receiver has settled, either way.
    Settled,
    /// One at a time, in the receiver's lock.
    Locked,
    /// In a queue that lets one in at a time, or some few: nobody is sure to wait there.
    Queued,
}

impl Effect {
    /// Reads the one-line form.
    pub fn parse(text: &str) -> Option<Effect> {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "=").collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<u8>().ok());
        let effect = match *words.first()? {
            "pure" => Effect::Pure,
            "same" => number(1).map_or(Effect::Same, Effect::SameArg),
            "expect" => Effect::Expect,
            "read" => Effect::Read(number(1)),
            "test" => Effect::Test(number(1)),
            // `insert 0 = 1` names key and value, `insert = 0` the value alone.
            "insert" if words.len() > 2 => Effect::Insert { key: number(1), value: number(2) },
            "insert" => Effect::Insert { key: None, value: number(1) },
            "add" => Effect::Add { key: number(1)?, tested: words.contains(&"tested") },
            "remove" => Effect::Remove(number(1)),
            "clear" => Effect::Clear,
            "take" => Effect::Take,
            "ensure" => Effect::Ensure(number(1)),
            "set" if words.get(1) == Some(&"once") => Effect::SetOnce,
            "set" => Effect::Set(number(1)?),
            "update" => Effect::Update,
            "load" => Effect::Load,
            "store" => Effect::Store(number(1)?),
            "exchange" => Effect::Exchange,
            "acquire" => Effect::Acquire(Taking {
                mode: Mode::parse(words.get(1)?)?,
                is_async: words.contains(&"async"),
                attempt: match () {
                    () if words.contains(&"try") => Attempt::Tries,
                    () if words.contains(&"find") => Attempt::Finds,
                    () => Attempt::Waits,
                },
                element: words.last().and_then(|word| word.parse().ok()),
            }),
            "within" => {
                let (_, inner) = text.split_once(*words.get(1)?)?;
                Effect::Within(Mode::parse(words.get(1)?)?, Box::new(Effect::parse(inner)?))
            }
            "release" => Effect::Release(number(1)),
            "wait" => Effect::Wait(number(1)?),
            "notify" => Effect::Notify,
            "unlock" => Effect::Unlock,
            "run" => Effect::Run { arg: number(1)?, how: Running::parse(words.get(2)?)?, named: number(4) },
            "among" => Effect::Among(number(1)?),
            "renew" => Effect::Renew(number(1)?),
            "state" => Effect::State(number(1)?),
            "join" => Effect::JoinAll,
            "pause" => Effect::Pause,
            "settle" => Effect::Settle(number(1)?),
            "attach" => Effect::Attach(number(1)?),
            "open" => Effect::Open,
            "close" => Effect::Close,
            "act" => Effect::Act(match *words.get(1)? {
                "repeatable" => Outside::Repeatable,
                "adding" => Outside::Adding,
                "unknown" => Outside::Unknown,
                _ => return None,
            }),
            "ends" => Effect::Ends,
            "file" => Effect::File(FileEffect::parse(&words)?),
            "path" => Effect::Path(PathEffect::parse(&words)?),
            _ => return None,
        };
        Some(effect)
    }
}

impl PathEffect {
    fn parse(words: &[&str]) -> Option<PathEffect> {
        let number = || words.get(2).and_then(|word| word.parse::<u8>().ok());
        Some(match *words.get(1)? {
            "join" => PathEffect::Join,
            "child" => PathEffect::Child(number()?),
            "push" => PathEffect::Push(number()?),
            "renamed" => PathEffect::Renamed(number()?),
            "parent" => PathEffect::Parent,
            "same" => PathEffect::Same(number()),
            "root" => PathEffect::Root,
            "fresh" => PathEffect::Fresh,
            "options" => PathEffect::Options,
            _ => return None,
        })
    }
}

impl FileEffect {
    fn parse(words: &[&str]) -> Option<FileEffect> {
        let what = match *words.get(1)? {
            "test" => FileWhat::Test,
            "look" => FileWhat::Look,
            "read" => FileWhat::Read,
            "write" => FileWhat::Write,
            "create" => FileWhat::Create,
            "append" => FileWhat::Append,
            "remove" => FileWhat::Remove,
            "rename" => FileWhat::Rename,
            "copy" => FileWhat::Copy,
            "ensure" => FileWhat::Ensure,
            "open" => FileWhat::Open,
            "handle" => FileWhat::Handle,
            "lock" => FileWhat::Lock,
            "try" => FileWhat::TryLock,
            "unlock" => FileWhat::Unlock,
            _ => return None,
        };
        let number = |word: &&str| word.parse::<u8>().ok();
        let at = match *words.get(2)? {
            "self" => None,
            word => Some(word.parse::<u8>().ok()?),
        };
        let flags = words.iter().position(|word| *word == "flags").and_then(|at| words.get(at + 1)).and_then(number);
        Some(FileEffect { what, at, with: words.get(3).and_then(number), flags })
    }
}

impl Mode {
    pub(super) fn parse(word: &str) -> Option<Mode> {
        Some(match word {
            "exclusive" => Mode::Exclusive,
            "shared" => Mode::Shared,
            "upgradable" => Mode::Upgradable,
            "recursive" => Mode::Recursive,
            _ => return None,
        })
    }
}

impl Attempt {
    pub fn waits(self) -> bool {
        self != Attempt::Tries
    }

    /// May it end with nothing held?
    pub fn may_fail(self) -> bool {
        self != Attempt::Waits
    }
}

impl Running {
    /// Does it run at another time than that of the call, and again whoever is still running?
    pub fn repeats(self) -> bool {
        matches!(self, Running::Often | Running::ByHand | Running::Undoing | Running::Timed)
    }

    /// Does it run once, at another time than that of the call?
    pub fn is_once(self) -> bool {
        matches!(self, Running::Later | Running::Shown)
    }

    /// Is the result a promise of the function's?
    pub fn makes_promise(self) -> bool {
        self.waits_for_receiver() || matches!(self, Running::Spawned | Running::Locked | Running::Queued)
    }

    /// Does the function run when the promise that the call is made on has settled?
    pub fn waits_for_receiver(self) -> bool {
        matches!(self, Running::Chained | Running::Failed | Running::Settled)
    }

    fn parse(word: &str) -> Option<Running> {
        Some(match word {
            "now" => Running::Now,
            "each" => Running::Each,
            "later" => Running::Later,
            "often" => Running::Often,
            "timed" => Running::Timed,
            "spawned" => Running::Spawned,
            "chained" => Running::Chained,
            "failed" => Running::Failed,
            "settled" => Running::Settled,
            "locked" => Running::Locked,
            "queued" => Running::Queued,
            _ => return None,
        })
    }
}
