//! An encoded program: a model as text, with what is asked of it and what must come out in its first lines.
//!
//! ```text
//! # expect: lost-update(n), stale-check(cache)      or: safe
//! # possible: stale-check(cache)                    what else may be said, with a shrug
//! # lanes: load | load then drop
//! # seconds: 0 load
//! # guards: busy                                    what the safety rests on
//! ```

use super::model::{FlowId, Model};
use super::text;
use super::verdict::{Break, Grade, Guard, Question, Verdict};

pub struct Fixture {
    pub model: Model,
    pub question: Question,
    pub expect: Vec<String>,
    pub possible: Vec<String>,
    pub guards: Option<Vec<String>>,
}

impl Fixture {
    pub fn parse(source: &str) -> Result<Fixture, String> {
        let model = text::parse(source)?;
        let header = |key: &str| {
            let line = source.lines().find_map(|l| l.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(':'));
            line.map(str::trim)
        };
        let list = |key: &str| {
            let all = header(key).unwrap_or("").split(", ").map(str::trim);
            let mut all: Vec<String> = all.filter(|w| !w.is_empty() && *w != "safe").map(String::from).collect();
            all.sort();
            all
        };
        let flow = |name: &str| {
            let at = model.flows.iter().position(|f| f.name == name);
            at.map(|f| f as FlowId).ok_or_else(|| format!("no flow `{name}`"))
        };
        header("expect").ok_or("no line `# expect:`")?;
        let lanes = header("lanes").ok_or("no line `# lanes:`")?;
        let lanes: Result<Vec<Vec<FlowId>>, String> =
            lanes.split('|').map(|lane| lane.split(" then ").map(|f| flow(f.trim())).collect()).collect();
        let mut question = Question::new(lanes?);
        if let Some((lane, name)) = header("seconds").and_then(|s| s.split_once(' ')) {
            question.seconds.push((lane.parse().map_err(|_| "no lane")?, flow(name)?));
        }
        let guards = header("guards").map(|_| list("guards"));
        let (expect, possible) = (list("expect"), list("possible"));
        Ok(Fixture { model, question, expect, possible, guards })
    }

    /// The findings of a verdict as the header writes them: those to expect, and those that are only possible.
    pub fn found(&self, verdict: &Verdict) -> (Vec<String>, Vec<String>) {
        let Verdict::Breaks(breaks) = verdict else { return Default::default() };
        let (weak, sure): (Vec<&Break>, Vec<&Break>) = breaks.iter().partition(|b| b.grade == Grade::Possible);
        let names = |breaks: Vec<&Break>| {
            let mut names: Vec<String> = breaks.into_iter().map(|b| self.name(b)).collect();
            names.sort();
            names.dedup();
            names
        };
        (names(sure), names(weak))
    }

    /// The instructions as they are written, by site.
    pub fn lines<'s>(&self, source: &'s str) -> Vec<&'s str> {
        let all = source.lines().map(str::trim).skip_while(|l| !l.starts_with("flow "));
        all.filter(|l| !l.is_empty() && !l.ends_with(':') && !l.starts_with("flow ")).collect()
    }

    fn name(&self, b: &Break) -> String {
        let place = |p: u32| self.model.places[p as usize].name.as_str();
        match (b.violation, b.place, b.also) {
            (super::Violation::NotSerial, ..) | (_, None, _) => b.violation.as_str().to_string(),
            (v, Some(p), None) => format!("{}({})", v.as_str(), place(p)),
            (v, Some(p), Some(q)) => format!("{}({}+{})", v.as_str(), place(p), place(q)),
        }
    }

    pub fn guard_name(&self, guard: &Guard) -> String {
        let place = |p: &u32| self.model.places[*p as usize].name.clone();
        match guard {
            Guard::Lock(lock) => self.model.locks[*lock as usize].name.clone(),
            Guard::Mark(p) => place(p),
            Guard::Recheck(p, _) => format!("recheck {}", place(p)),
            Guard::Atomic(p) => format!("atomic {}", place(p)),
            Guard::Queue(_) => "queue".to_string(),
            Guard::Join(_) => "join".to_string(),
            Guard::Transaction => "transaction".to_string(),
        }
    }
}
