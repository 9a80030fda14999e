//! A line's words, and values and tests made of them.

use rustc_hash::FxHashMap;

use crate::explore::model::{Check, RegIx, Val};

/// The words of a line: names, numbers, signs.
pub(super) fn split(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '-';
        let end = match first {
            '#' => break,
            '\'' | '@' => 1 + rest[1..].find(|c| !word(c)).unwrap_or(rest.len() - 1),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (word, tail) = rest.split_at(end);
        if !word.trim().is_empty() {
            words.push(word);
        }
        rest = tail.trim_start();
    }
    words
}

/// Names that are numbered as they come, except those that carry their number.
#[derive(Default)]
pub(super) struct Names {
    known: FxHashMap<String, u32>,
    pub(super) next: u32,
}

impl Names {
    pub(super) fn starting_at(next: u32) -> Names {
        Names { next, ..Names::default() }
    }

    pub(super) fn number(&mut self, name: &str, prefix: &str) -> u32 {
        if let Some(n) = name.strip_prefix(prefix).and_then(|n| n.parse::<u32>().ok()) {
            self.next = self.next.max(n + 1);
            return n;
        }
        if let Some(n) = self.known.get(name) {
            return *n;
        }
        self.known.insert(name.to_string(), self.next);
        self.next += 1;
        self.next - 1
    }
}

/// Reads values and tests off a row of words.
pub(super) struct Words<'a, 'n> {
    pub(super) rest: &'a [&'a str],
    pub(super) registers: &'n mut Names,
    pub(super) constants: &'n mut Names,
}

impl<'a> Words<'a, '_> {
    pub(super) fn peek(&self) -> &'a str {
        self.rest.first().copied().unwrap_or("")
    }

    pub(super) fn next(&mut self) -> &'a str {
        let word = self.peek();
        self.rest = self.rest.get(1..).unwrap_or(&[]);
        word
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        if found {
            self.next();
        }
        found
    }

    pub(super) fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.take(word) { Ok(()) } else { Err(format!("expected `{word}`, found `{}`", self.peek())) }
    }

    pub(super) fn name(&mut self) -> Result<&'a str, String> {
        let word = self.next();
        let named = word.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if named { Ok(word) } else { Err(format!("expected a name, found `{word}`")) }
    }

    pub(super) fn register(&mut self) -> Result<RegIx, String> {
        let name = self.name()?;
        Ok(self.registers.number(name, "r"))
    }

    pub(super) fn values(&mut self) -> Result<Vec<Val>, String> {
        let mut all = Vec::new();
        if !self.take("(") {
            return Ok(all);
        }
        while !self.take(")") {
            all.push(self.value()?);
            if !self.take(",") && self.peek() != ")" {
                return Err(format!("expected `,` or `)`, found `{}`", self.peek()));
            }
        }
        Ok(all)
    }

    pub(super) fn value(&mut self) -> Result<Val, String> {
        let word = self.next();
        Ok(match word {
            "absent" => Val::Absent,
            "true" => Val::Bool(true),
            "false" => Val::Bool(false),
            "new" => Val::Fresh { identity: true },
            "made" => Val::Fresh { identity: false },
            "some" => Val::Made(Box::new(self.value()?)),
            "?" => Val::Unknown,
            "now" => {
                let sign = if self.take("+") { 1 } else { 0 };
                let k = if sign == 1 { self.next().parse::<i64>().map_err(|e| e.to_string())? } else { 0 };
                Val::Instant(k)
            }
            "$" => {
                // Computed by nobody knows what; `$*`: from the run's own arguments, too.
                let varies = self.take("*");
                Val::Term { of: self.values()?, varies }
            }
            word if word.starts_with('\'') => Val::Const(self.constants.number(&word[1..], "")),
            word if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                let register = self.registers.number(word, "r");
                if self.take("+") {
                    let k = self.next();
                    Val::Plus(register, k.parse::<i64>().map_err(|e| format!("{k}: {e}"))?)
                } else {
                    Val::Reg(register)
                }
            }
            other => return Err(format!("expected a value, found `{other}`")),
        })
    }

    pub(super) fn check(&mut self) -> Result<Check, String> {
        if self.take("not") {
            return Ok(Check::Not(Box::new(self.check()?)));
        }
        if self.peek() == "unknown" || self.peek() == "validates" {
            let validates = self.next() == "validates";
            return Ok(Check::Unknown { of: self.values()?, validates });
        }
        let value = self.value()?;
        Ok(match self.peek() {
            "is" => {
                self.next();
                self.expect("absent")?;
                Check::Absent(value)
            }
            "=" => {
                self.next();
                self.expect("=")?;
                Check::Equals(value, self.value()?)
            }
            "<" => {
                self.next();
                Check::Less(value, self.value()?)
            }
            _ => Check::Truthy(value),
        })
    }
}
