//! Reads a model.

use rustc_hash::FxHashMap;

use super::words::{Names, Words, split};
use crate::explore::model::{
    Effect, Flow, FlowId, How, Instr, LockDef, LockId, Mode, Model, Op, Pc, PlaceDef, PlaceId, RegIx, Site, Val, World,
};

pub fn parse(text: &str) -> Result<Model, String> {
    let mut parser = Parser { constants: Names::starting_at(1), ..Parser::default() };
    for (at, line) in text.lines().enumerate() {
        parser.line(line).map_err(|e| format!("line {}: {e}", at + 1))?;
    }
    parser.end_flow()?;
    parser.finish()
}

#[derive(Default)]
struct Parser {
    model: Model,
    constants: Names,
    registers: Names,
    flow: Option<Flow>,
    labels: FxHashMap<String, Pc>,
    /// Where a label is wanted: instruction, which of its ways, name.
    wanted: Vec<(usize, Way, String)>,
    order: Vec<(String, String)>,
    releasers: Vec<(PlaceId, String)>,
    site: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Op,
    Error,
}

impl Parser {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let words = split(line);
        match words.as_slice() {
            [] => Ok(()),
            ["flow", name, rest @ ..] => {
                self.end_flow()?;
                self.flow = Some(Flow { name: (*name).to_string(), ..Flow::default() });
                self.flow_head(rest)
            }
            [label, ":"] => {
                let pc = self.flow.as_ref().map_or(0, |f| f.code.len()) as Pc;
                self.labels.insert((*label).to_string(), pc);
                Ok(())
            }
            words if self.flow.is_some() => self.instruction(words),
            words => self.head(words),
        }
    }

    fn flow_head(&mut self, mut rest: &[&str]) -> Result<(), String> {
        while let [key, value, tail @ ..] = rest {
            rest = tail;
            match *key {
                "regs" => self.registers.next = value.parse().map_err(|_| format!("`{value}` is no number"))?,
                "holds" => {
                    let lock = self.lock(value)?;
                    let shared = rest.first() == Some(&"shared");
                    rest = if shared { &rest[1..] } else { rest };
                    let mode = if shared { Mode::Shared } else { Mode::Exclusive };
                    if let Some(flow) = &mut self.flow {
                        flow.holds.push((lock, mode));
                    }
                }
                other => return Err(format!("unknown `{other}` behind a flow's name")),
            }
        }
        Ok(())
    }

    fn head(&mut self, words: &[&str]) -> Result<(), String> {
        match words {
            ["world", world] => {
                self.model.world = match *world {
                    "tasks" => World::Tasks,
                    "threads" => World::Threads,
                    "processes" => World::Processes,
                    other => return Err(format!("no world `{other}`")),
                };
            }
            [kind @ ("place" | "outside"), name, "=", rest @ ..] => {
                let mut none = Names::default();
                let mut words = Words { rest, registers: &mut none, constants: &mut self.constants };
                let initial = words.value()?;
                let flag = |flag: &str| words.rest.contains(&flag);
                let (resource, own) = (flag("resource"), flag("own"));
                let name = (*name).to_string();
                self.model.places.push(PlaceDef { name, outside: *kind == "outside", initial, resource, own });
            }
            ["lock", name, flags @ ..] => {
                let flag = |flag: &str| flags.contains(&flag);
                self.model.locks.push(LockDef {
                    name: (*name).to_string(),
                    reentrant: flag("reentrant"),
                    writer: flag("writer"),
                    is_async: flag("async"),
                });
            }
            ["pair", a, b] => {
                let pair = (self.place(a)?, self.place(b)?);
                self.model.pairs.push(pair);
            }
            ["order", a, b] => self.order.push(((*a).to_string(), (*b).to_string())),
            ["releaser", place, flow] => {
                let place = self.place(place)?;
                self.releasers.push((place, (*flow).to_string()));
            }
            other => return Err(format!("unknown line `{}`", other.join(" "))),
        }
        Ok(())
    }

    fn place(&self, name: &str) -> Result<PlaceId, String> {
        let at = self.model.places.iter().position(|p| p.name == name);
        at.map(|p| p as PlaceId).ok_or_else(|| format!("no place `{name}`"))
    }

    fn lock(&self, name: &str) -> Result<LockId, String> {
        let at = self.model.locks.iter().position(|l| l.name == name);
        at.map(|l| l as LockId).ok_or_else(|| format!("no lock `{name}`"))
    }

    fn instruction(&mut self, words: &[&str]) -> Result<(), String> {
        let mut words = words;
        let mut site = self.site;
        if let [first, rest @ ..] = words
            && let Some(n) = first.strip_prefix('@')
        {
            site = n.parse().map_err(|_| format!("`{n}` is no site"))?;
            words = rest;
        }
        self.site = self.site.max(site) + 1;
        let at = self.flow.as_ref().map_or(0, |f| f.code.len());
        let (mut may_fail, mut tail) = (false, words.len());
        if let Some(mark) = words.iter().rposition(|w| *w == "!" || *w == "~") {
            may_fail = words[mark] == "!";
            if let Some(label) = words.get(mark + 1) {
                self.wanted.push((at, Way::Error, (*label).to_string()));
            }
            tail = mark;
        }
        let op = self.op(&words[..tail], at)?;
        if let Some(flow) = &mut self.flow {
            flow.code.push(Instr { op, site: Site(site), on_error: None, may_fail });
        }
        Ok(())
    }

    fn op(&mut self, words: &[&str], at: usize) -> Result<Op, String> {
        let (into, words) = match words {
            [name, "=", rest @ ..] if rest.first() != Some(&"=") => (Some(self.registers.number(name, "r")), rest),
            words => (None, words),
        };
        let key = words.first().copied().unwrap_or("");
        let rest = words.get(1..).unwrap_or(&[]);
        match key {
            "read" | "write" | "insert" | "remove" | "clear" | "update" | "create" | "exchange" | "havoc" => {
                self.on_place(key, rest, into)
            }
            "start" => {
                let label = rest.first().ok_or("start what?")?;
                self.wanted.push((at, Way::Op, (*label).to_string()));
                let mut words = self.words(&rest[1..]);
                let after = if words.take("after") { Some(words.value()?) } else { None };
                Ok(Op::Start { entry: 0, after, into: self.or_new(into) })
            }
            "goto" | "if" => {
                let label = words.last().ok_or("go where?")?;
                self.wanted.push((at, Way::Op, (*label).to_string()));
                if key == "goto" {
                    return Ok(Op::Jump(0));
                }
                let test = self.words(rest).check()?;
                Ok(Op::Branch { test, to: 0 })
            }
            "lock" | "try" | "unlock" | "wait" | "notify" => self.on_lock(key, rest, into),
            _ => self.plain(key, rest, into),
        }
    }

    fn words<'a, 'n>(&'n mut self, rest: &'a [&'a str]) -> Words<'a, 'n> {
        Words { rest, registers: &mut self.registers, constants: &mut self.constants }
    }

    fn or_new(&mut self, into: Option<RegIx>) -> RegIx {
        into.unwrap_or_else(|| {
            self.registers.next += 1;
            self.registers.next - 1
        })
    }

    fn on_place(&mut self, key: &str, rest: &[&str], into: Option<RegIx>) -> Result<Op, String> {
        let or_fail = key == "create" && rest.first() == Some(&"or_fail");
        let rest = if or_fail { &rest[1..] } else { rest };
        let place = self.place(rest.first().ok_or("which place?")?)?;
        let into = match key {
            "read" | "create" | "exchange" => Some(self.or_new(into)),
            _ => into,
        };
        let mut words = self.words(&rest[1..]);
        let given = words.take("=");
        Ok(match (key, into) {
            ("read", Some(into)) => Op::Read { place, into },
            ("create", Some(into)) => Op::Create { place, value: words.value()?, into, or_fail },
            ("update", into) => Op::Update { place, value: words.value()?, into },
            ("havoc", _) => Op::Havoc { place },
            ("exchange", Some(into)) => {
                words.expect("from")?;
                let expected = words.value()?;
                words.expect("to")?;
                Op::Exchange { place, expected, value: words.value()?, into }
            }
            (key, _) => {
                let value = if given { words.value()? } else { Val::Absent };
                let mut accounts = Vec::new();
                if words.take("accounts") {
                    while !words.peek().is_empty() {
                        accounts.push(words.register()?);
                    }
                }
                let how = match key {
                    "insert" => How::Insert,
                    "remove" => How::Remove,
                    "clear" => How::Clear,
                    _ => How::Set,
                };
                Op::Write { place, how, value, accounts }
            }
        })
    }

    fn on_lock(&mut self, key: &str, rest: &[&str], into: Option<RegIx>) -> Result<Op, String> {
        let lock = self.lock(rest.first().ok_or("which lock?")?)?;
        let mode = if rest.get(1) == Some(&"shared") { Mode::Shared } else { Mode::Exclusive };
        Ok(match key {
            "lock" => Op::Lock { lock, mode, tried: None },
            "try" => Op::Lock { lock, mode, tried: Some(self.or_new(into)) },
            "unlock" => Op::Unlock { lock },
            "wait" => Op::Wait { cond: lock, lock: self.lock(rest.get(1).ok_or("with which lock?")?)? },
            _ => Op::Notify { cond: lock },
        })
    }

    fn plain(&mut self, key: &str, rest: &[&str], into: Option<RegIx>) -> Result<Op, String> {
        Ok(match key {
            "begin" => Op::Begin,
            "commit" => Op::Commit,
            "rollback" => Op::Rollback,
            "atomic" => Op::AtomicBegin,
            "end" => Op::AtomicEnd,
            "fail" => Op::Fail,
            "open" => Op::Open { into: self.or_new(into) },
            "promise" => Op::Promise { into: self.or_new(into) },
            "return" => {
                let value = if rest.is_empty() { Val::Absent } else { self.words(rest).value()? };
                Op::Return { value }
            }
            "use" => Op::Use { of: self.words(rest).value()? },
            "close" => {
                let idempotent = rest.first() == Some(&"once");
                let rest = if idempotent { &rest[1..] } else { rest };
                Op::Close { of: self.words(rest).value()?, idempotent }
            }
            "act" => {
                let class = match rest.first().copied().unwrap_or("") {
                    "repeatable" => Effect::Repeatable,
                    "adding" => Effect::Adding,
                    "opening" => Effect::Opening,
                    _ => Effect::Unknown,
                };
                let args = self.words(&rest[1.min(rest.len())..]).values()?;
                Op::Act { class, args, into: self.or_new(into) }
            }
            "pause" => Op::Pause { args: self.words(rest).values()?, into: self.or_new(into) },
            "join" => {
                let on = self.words(rest).value()?;
                Op::Join { on, into: self.or_new(into) }
            }
            "settle" => {
                let mut words = self.words(rest);
                let promise = words.value()?;
                words.expect("=")?;
                Op::Settle { promise, value: words.value()? }
            }
            "let" => Op::Let { value: self.words(rest).value()?, into: self.or_new(into) },
            other => return Err(format!("no instruction `{other}`")),
        })
    }

    fn end_flow(&mut self) -> Result<(), String> {
        let Some(mut flow) = self.flow.take() else { return Ok(()) };
        for (at, way, label) in std::mem::take(&mut self.wanted) {
            let to = *self.labels.get(&label).ok_or_else(|| format!("no label `{label}` in {}", flow.name))?;
            let instr = &mut flow.code[at];
            match (&mut instr.op, way) {
                (_, Way::Error) => instr.on_error = Some(to),
                (Op::Jump(pc) | Op::Branch { to: pc, .. } | Op::Start { entry: pc, .. }, Way::Op) => *pc = to,
                _ => {}
            }
        }
        flow.registers = self.registers.next;
        self.registers = Names::default();
        self.labels.clear();
        self.model.flows.push(flow);
        Ok(())
    }

    fn finish(mut self) -> Result<Model, String> {
        let flow = |model: &Model, name: &str| {
            let at = model.flows.iter().position(|f| f.name == name);
            at.map(|f| f as FlowId).ok_or_else(|| format!("no flow `{name}`"))
        };
        for (a, b) in std::mem::take(&mut self.order) {
            let pair = (flow(&self.model, &a)?, flow(&self.model, &b)?);
            self.model.order.push(pair);
        }
        for (place, name) in std::mem::take(&mut self.releasers) {
            let releaser = (place, flow(&self.model, &name)?);
            self.model.releasers.push(releaser);
        }
        Ok(self.model)
    }
}
