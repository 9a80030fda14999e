//! Every claim of safety against the truth: where the guard that is named as evidence is taken out of the text, a rule
//! speaks of the function. Done for every example and fixture.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{files, list, request_all, text, top, validated};

/// Claims that this test cannot put to the proof: whose, of which kind, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "broken-guard/examples/good_cleared_by_the_promise.ts",
        "queue",
        "a callback that runs at once, written as text, clears the mark before anything could wait: no run ever finds it set",
    ),
    (
        "escaped-transaction/examples/good_option.ts",
        "transaction",
        "the helper goes on naming the option that it is no longer given, and whoever names one is taken to have one",
    ),
    (
        "non-exclusive-lockfile/examples/good_mkdir.ts",
        "exclusive-create",
        "`mkdir` that does not fail has a flag of its own and puts nothing over what is there, as the divided step does",
    ),
];

#[test]
fn without_the_guard_there_is_a_finding() {
    let (mut wrong, mut proved) = (Vec::new(), 0);
    for source in subjects() {
        let shown = source.strip_prefix(top()).expect("it lies here").display().to_string();
        for (guard, outcome) in put_to_the_proof(&source) {
            let excepted = EXCEPTIONS.iter().any(|(path, kind, _)| shown.ends_with(path) && *kind == guard);
            match outcome {
                Ok(()) if excepted => wrong.push(format!("{shown}: {guard} is no exception any more")),
                Ok(()) => proved += 1,
                Err(_) if excepted => {}
                Err(why) => wrong.push(format!("{shown}: {guard}: {why}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{proved} hold, {} do not:\n{}", wrong.len(), wrong.join("\n"));
    assert!(proved >= 90, "only {proved} claims were put to the proof");
}

/// The examples of all rules, and the projects in all their states.
fn subjects() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.collect()
    };
    let mut subjects = Vec::new();
    for rule in entries(&top().join("rules")) {
        if rule.join("examples").is_dir() {
            subjects.extend(entries(&rule.join("examples")));
        }
    }
    for project in entries(&top().join("fixtures/projects")) {
        subjects.extend(entries(&project).into_iter().filter(|state| state.is_dir()));
    }
    subjects.sort();
    subjects
}

/// Each guard that is named for this subject, by its kind, and what became of it.
fn put_to_the_proof(subject: &Path) -> Vec<(String, Result<(), String>)> {
    let whole = Copy::of(subject);
    let before = validated(&request_all(whole.folder.path()), None);
    let mut outcomes = Vec::new();
    let sites = list(&before["scenarios"]).iter().flat_map(|scenario| list(&scenario["sites"]));
    for site in sites {
        for guard in list(&site["guards"]) {
            let kind = text(&guard["kind"]).to_owned();
            outcomes.push((kind, prove(subject, site, guard, &before)));
        }
    }
    outcomes
}

fn prove(subject: &Path, site: &Value, guard: &Value, before: &Value) -> Result<(), String> {
    let copy = Copy::of(subject);
    let changed = copy.without(guard)?;
    let after = validated(&request_all(copy.folder.path()), None);
    // Which rule speaks depends on what else is found there: one incident is one finding.
    let of = |report: &Value| list(&report["findings"]).iter().filter(|finding| is_about(finding, site)).count();
    let sure = |report: &Value| {
        let findings = list(&report["findings"]).iter().filter(|finding| is_about(finding, site));
        findings.filter(|finding| finding["confidence"] != "possible").count()
    };
    if of(&after) > of(before) || sure(&after) > sure(before) || is_at_risk(&after, site) {
        return Ok(());
    }
    let said: Vec<String> = list(&after["findings"])
        .iter()
        .map(|finding| format!("{} in {}", text(&finding["rule"]), text(&finding["scope"])))
        .collect();
    Err(format!("{}: nothing more than {said:?} after\n{changed}", text(&site["scope"])))
}

/// Is the place itself at risk now?
fn is_at_risk(report: &Value, site: &Value) -> bool {
    let file = |value: &Value| text(&value["path"]).rsplit('/').next().map(str::to_owned);
    let mut sites = list(&report["scenarios"]).iter().flat_map(|scenario| list(&scenario["sites"]));
    sites.any(|other| {
        let same = ["scope", "place"].iter().all(|part| other[*part] == site[*part]) && file(other) == file(site);
        same && other["status"] == "at-risk"
    })
}

/// Does the finding stand in the function, or does a step of its schedule?
fn is_about(finding: &Value, site: &Value) -> bool {
    let file = |value: &Value| text(&value["path"]).rsplit('/').next().map(str::to_owned);
    let step = || list(&finding["witness"]).iter().any(|step| file(step) == file(site));
    finding["scope"] == site["scope"] && file(finding) == file(site) || step()
}

/// A subject in a folder of its own.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn of(subject: &Path) -> Copy {
        let folder = tempfile::tempdir().expect("a folder");
        for path in files(subject) {
            let inner = match subject.is_dir() {
                true => path.strip_prefix(subject).expect("it lies inside").to_owned(),
                false => PathBuf::from(path.file_name().expect("a name")),
            };
            let target = folder.path().join(inner);
            fs::create_dir_all(target.parent().expect("a folder")).expect("a new folder");
            fs::copy(&path, &target).expect("a copy");
        }
        Copy { folder }
    }

    /// Takes the guard out of the text; gives the text of the file that was changed.
    fn without(&self, guard: &Value) -> Result<String, String> {
        let steps = list(&guard["steps"]);
        let path = files(self.folder.path()).into_iter().find(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let shown = text(&steps[0]["path"]);
            let inner = path.strip_prefix(self.folder.path()).expect("inside").to_string_lossy().into_owned();
            shown.ends_with(&inner) && shown.ends_with(&name)
        });
        let path = path.ok_or("no such file")?;
        let code = fs::read_to_string(&path).expect("a file");
        let mut steps: Vec<Step> = steps.iter().map(|step| Step::of(step, &code)).collect();
        steps.sort_by_key(|step| std::cmp::Reverse(step.at));
        let changed = take_out(text(&guard["kind"]), &steps, &code)?;
        if changed == code {
            return Err(format!("nothing was taken out: {guard}"));
        }
        fs::write(&path, &changed).expect("a file");
        Ok(changed)
    }
}

#[derive(Debug)]
struct Step {
    role: String,
    at: usize,
    code: String,
}

impl Step {
    fn of(step: &Value, text_of: &str) -> Step {
        let number = |key: &str| step[key].as_u64().expect("a number") as usize;
        let line: usize = text_of.split_inclusive('\n').take(number("line") - 1).map(str::len).sum();
        Step {
            role: text(&step["role"]).to_owned(),
            at: line + number("column") - 1,
            code: text(&step["code"]).to_owned(),
        }
    }
}

/// The text without a guard. Steps come last first, so that what is still to be changed stays where it is.
fn take_out(kind: &str, steps: &[Step], code: &str) -> Result<String, String> {
    let mut out = code.to_owned();
    match kind {
        "flag" | "kept-value" => {
            // What was read once is tested as it was read.
            let read = kind == "kept-value" && steps.iter().any(|step| step.role == "read");
            for step in steps.iter().filter(|step| step.role == "read" || !read && step.role == "tested") {
                forget(&mut out, step, if kind == "flag" { "false" } else { "undefined" });
            }
        }
        "claim" | "one-stretch" => match steps.iter().rev().find(|step| step.role == "set") {
            Some(set) => wait_before(&mut out, set),
            None => {
                let fills = steps.iter().find(|step| step.code.contains(" ??= "));
                fill_late(&mut out, fills.ok_or("nothing is set")?);
            }
        },
        "lock" if code.contains("fn ") && !code.contains("function ") => {
            steps.iter().for_each(|step| take_anew(&mut out, step))
        }
        "queue" if code.contains(".finally(") => steps.iter().for_each(|step| call_back_at_once(&mut out, step)),
        "queue" => out = out.replacen(".then(() => ", ".then(() => {}) && (", 1),
        "join" => steps.iter().for_each(|step| go_on(&mut out, step)),
        "lock" => steps.iter().for_each(|step| run_at_once(&mut out, step)),
        "rename" => steps.iter().for_each(|step| write_in_place(&mut out, step)),
        "exclusive-create" => {
            steps.iter().for_each(|step| look_first(&mut out, step));
            for (strict, lax) in EXCLUSIVE {
                out = out.replace(strict, lax);
            }
            if out.contains("existsSync(") {
                out.insert_str(0, "import { existsSync } from \"node:fs\";\n");
            }
        }
        "constraint" => {
            for words in [".onConflictDoNothing()", " ON CONFLICT DO NOTHING"] {
                out = out.replace(words, "");
            }
        }
        "os-lock" => steps.iter().for_each(|step| drop_statement(&mut out, step)),
        "transaction" => steps.iter().for_each(|step| run_outside(&mut out, step)),
        "row-lock" => {
            for lock in [" FOR UPDATE", " for update", ".for(\"update\")", ".forUpdate()", ".lock_exclusive()"] {
                out = out.replace(lock, "");
            }
        }
        "condition" => out = without_condition(&out),
        other => return Err(format!("nobody knows how to take out a {other}: {steps:?}")),
    }
    Ok(out)
}

/// What is tested is never found set.
fn forget(out: &mut String, step: &Step, nothing: &str) {
    let end = step.at + step.code.len();
    let after = out[end..].trim_start();
    for fill in ["??=", "||="] {
        if after.starts_with(fill) {
            let from = out.len() - after.len();
            out.replace_range(from..from + 3, "=");
            return;
        }
        if let Some(at) = step.code.find(fill) {
            out.replace_range(step.at + at..step.at + at + 3, "=");
            return;
        }
    }
    out.replace_range(step.at..end, nothing);
}

/// How files are created where none may be, and how where one may.
const EXCLUSIVE: [(&str, &str); 4] = [
    ("\"wx\"", "\"w\""),
    ("'wx'", "'w'"),
    ("create_new(true)", "create(true)"),
    ("constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY", "\"w\""),
];

/// An exclusive step of TypeScript becomes a look, and then the step.
fn look_first(out: &mut String, step: &Step) {
    let Some(open) = step.code.find('(').filter(|_| !step.code.contains("::")) else { return };
    let Some(close) = closing(out, step.at + open) else { return };
    let Some(path) = arguments(&out[step.at + open + 1..close]).into_iter().next() else { return };
    let at = statement(out, step.at);
    out.insert_str(at, &format!(" if (existsSync({path})) throw new Error(\"taken\"); "));
}

/// Where the statement begins that a step stands in.
fn statement(text: &str, at: usize) -> usize {
    text[..at].rfind([';', '{', '}', '\n']).map_or(0, |at| at + 1)
}

/// A wait before the place is set, and behind all that its new value rests on.
fn wait_before(out: &mut String, step: &Step) {
    let (from, end) = (statement(out, step.at), end_of(out, step.at));
    let (before, set) = (out[from..step.at].to_owned(), out[step.at..end].trim().to_owned());
    let late = match apart(&set) {
        Some((place, value)) => {
            let set = format!("const after = {value}; await null; {place} = after;");
            // `const mine = ++this.newest` goes on with what was set.
            if before.trim_end().ends_with('=') { format!("{set} {before}after") } else { around(&before, &set) }
        }
        None => around(&before, &format!("await null; {set}")),
    };
    out.replace_range(from..end, &late);
}

/// A wait between the look and the step of `place ??= value`.
fn fill_late(out: &mut String, step: &Step) {
    let Some((place, value)) = step.code.split_once(" ??= ") else { return };
    let late = format!("if (!{place}) {{ const after = {value}; await null; {place} = after; }}");
    out.replace_range(step.at..step.at + step.code.len(), &late);
}

/// The steps in place of the one behind a test.
fn around(before: &str, steps: &str) -> String {
    if before.trim_end().ends_with(')') { format!("{before}{{ {steps}; }}") } else { format!("{steps}{before}") }
}

/// The place that is set and what it is set to, where that is read there or waited for.
fn apart(set: &str) -> Option<(String, String)> {
    for sign in ["++", "--"] {
        let place = set.strip_suffix(sign).or_else(|| set.strip_prefix(sign));
        if let Some(place) = place {
            return Some((place.to_owned(), format!("{place} {} 1", &sign[..1])));
        }
    }
    for sign in ["+", "-"] {
        if let Some((place, more)) = set.split_once(&format!(" {sign}= ")) {
            return Some((place.to_owned(), format!("{place} {sign} {more}")));
        }
    }
    let (place, value) = set.split_once(" = ")?;
    let rests = value.contains(place) || value.starts_with("await ");
    rests.then(|| (place.to_owned(), value.to_owned()))
}

/// Where the statement ends that a step stands in.
fn end_of(text: &str, at: usize) -> usize {
    let mut depth = 0;
    for (past, c) in text[at..].char_indices() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
        if depth < 0 || depth == 0 && c == ';' {
            return at + past;
        }
    }
    text.len()
}

/// `return work().finally(then)` becomes `then()` and `return work()`.
fn call_back_at_once(out: &mut String, step: &Step) {
    let Some(name) = out[step.at..].find(".finally(").or(out[step.at..].find(".then(")).map(|at| step.at + at) else {
        return;
    };
    let open = name + out[name..].find('(').unwrap_or_default();
    let Some(close) = closing(out, open) else { return };
    let then = out[open..=close].to_owned();
    out.replace_range(name..=close, "");
    let at = statement(out, step.at);
    out.insert_str(at, &format!(" {then}(); "));
}

/// `lock.runExclusive(work)` becomes `(work)()`, `tail.then(work)` likewise.
fn run_at_once(out: &mut String, step: &Step) {
    let Some(open) = out[step.at..].find('(').map(|at| step.at + at) else { return };
    let Some(close) = closing(out, open) else { return };
    out.insert_str(close + 1, "()");
    out.replace_range(step.at..open, "");
}

/// A Rust guard that was kept in a variable is taken at each use anew.
fn take_anew(out: &mut String, step: &Step) {
    let start = out[..step.at].rfind('\n').map_or(0, |at| at + 1);
    let end = out[step.at..].find(';').map_or(out.len(), |at| step.at + at);
    let statement = out[start..end].trim().to_owned();
    let Some((name, taken)) = statement.strip_prefix("let ").and_then(|rest| rest.split_once(" = ")) else { return };
    let name = name.trim_start_matches("mut ").split(':').next().unwrap_or_default().trim().to_owned();
    let rest = renamed(&added_apart(&out[end + 1..], &name), &name, taken);
    out.replace_range(start.., &rest);
}

/// The work is begun, and nobody waits for it; what is waited for is something else.
fn go_on(out: &mut String, step: &Step) {
    let end = step.at + step.code.len();
    if step.code.starts_with("await ") {
        out.replace_range(step.at..end, "await other()");
        return;
    }
    out.insert_str(end, ", 0)");
    out.insert(step.at, '(');
}

/// `*count += more` becomes a look and a step: behind one arrow, both would be done under one guard.
fn added_apart(text: &str, name: &str) -> String {
    let apart = |line: &str| match line.split_once(" += ") {
        Some((place, more)) if place.trim() == format!("*{name}") => {
            format!("let before = *{name}; *{name} = before + {more}")
        }
        _ => line.to_owned(),
    };
    text.lines().map(apart).collect::<Vec<_>>().join("\n")
}

/// The file is written where it stands, and the rename goes.
fn write_in_place(out: &mut String, step: &Step) {
    let Some(open) = out[step.at..].find('(').map(|at| step.at + at) else { return };
    let Some(close) = closing(out, open) else { return };
    let (from, to) = match arguments(&out[open + 1..close]).as_slice() {
        [from, to, ..] => (from.clone(), to.clone()),
        // `temporary.persist(target)`
        [to] => (out[step.at..open].trim_end_matches(".persist").trim().to_owned(), to.clone()),
        [] => return,
    };
    let start = out[..step.at].rfind('\n').map_or(0, |at| at + 1);
    let end = out[close..].find('\n').map_or(out.len(), |at| close + at);
    out.replace_range(start..end, "");
    *out = out.replace(&format!("({from},"), &format!("({to},")).replace(&format!("({from})"), &format!("({to})"));
}

fn drop_statement(out: &mut String, step: &Step) {
    let start = out[..step.at].rfind([';', '{', '}']).map_or(0, |at| at + 1);
    let end = out[step.at..].find(';').map_or(out.len(), |at| step.at + at + 1);
    out.replace_range(start..end, "");
}

/// `db.transaction(async (tx) => { … })` becomes a block in which `tx` is `db`.
fn run_outside(out: &mut String, step: &Step) {
    let Some(open) = out[step.at..].find('(').map(|at| step.at + at) else { return };
    let Some((handle, _)) = out[step.at..open].rsplit_once('.') else { return };
    let handle = handle.trim().trim_start_matches('&').to_owned();
    let Some(close) = closing(out, open) else { return };
    let inner = out[open + 1..close].trim().to_owned();
    if inner.trim_matches('"') == "BEGIN" {
        // Sent as text: what begins and ends it goes.
        let kept: Vec<&str> =
            out.lines().filter(|line| !line.contains("\"BEGIN\"") && !line.contains("\"COMMIT\"")).collect();
        *out = kept.join("\n");
        return;
    }
    if let Some((parameter, body)) = inner.split_once("=>") {
        let parameter = parameter.replace("async", "").replace(['(', ')'], "");
        let parameter = parameter.split(':').next().unwrap_or_default().trim().to_owned();
        // An option that carries the transaction goes; a handle becomes the outer one.
        let body =
            body.replace(", transaction }", " }").replace("{ transaction }", "{}").replace("{ transaction: tx }", "{}");
        let body = renamed(body.trim_end().trim_end_matches(','), &parameter, &handle);
        out.replace_range(step.at..close + 1, &format!("(async () => {body})()"));
    } else if let Some(list) = inner.strip_prefix('[').and_then(|list| list.trim_end_matches(',').strip_suffix(']')) {
        let steps: Vec<String> = arguments(list).iter().map(|step| format!("await {step};")).collect();
        let start = statement(out, step.at);
        out.replace_range(start..close + 1, &steps.join("\n"));
    } else {
        begun_outside(out, step, &handle);
    }
}

/// Rust: `let mut tx = pool.begin().await?` … `tx.commit().await?`
fn begun_outside(out: &mut String, step: &Step, handle: &str) {
    let start = out[..step.at].rfind('\n').map_or(0, |at| at + 1);
    let end = out[step.at..].find('\n').map_or(out.len(), |at| step.at + at);
    let line = out[start..end].trim().to_owned();
    let Some((name, _)) = line.strip_prefix("let ").and_then(|rest| rest.split_once(" = ")) else { return };
    let name = name.trim_start_matches("mut ").trim();
    let lines: Vec<&str> = out[end..].lines().filter(|line| !line.contains(&format!("{name}.commit("))).collect();
    let mut rest = lines.join("\n");
    for pointer in ["&mut **", "&mut *", "&mut ", "&"] {
        rest = rest.replace(&format!("{pointer}{name}"), name);
    }
    let rest = renamed(&rest, name, handle);
    out.replace_range(start.., &rest);
}

/// The text with a name, as a whole word, in place of another.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let (mut out, mut at) = (String::new(), 0);
    while let Some(found) = text[at..].find(from).map(|found| at + found).filter(|_| !from.is_empty()) {
        let (before, after) = (text[..found].chars().next_back(), text[found + from.len()..].chars().next());
        let whole = !is_word(before) && !is_word(after.filter(|c| *c != '.'));
        out.push_str(&text[at..found]);
        out.push_str(if whole { to } else { from });
        at = found + from.len();
    }
    out.push_str(&text[at..]);
    out
}

/// ` AND version = ?` goes, and `, eq(table.version, …)`.
fn without_condition(code: &str) -> String {
    let mut out = code.to_owned();
    for word in ["version", "revision", "status", "state"] {
        for joint in [" AND ", " and "] {
            while let Some(at) = out.find(&format!("{joint}{word} = ")) {
                let value = at + joint.len() + word.len() + 3;
                let end = out[value..].find([' ', '"', '`', ')', '\n']).map_or(out.len(), |end| value + end);
                out.replace_range(at..end, "");
            }
        }
        let named = |text: &str| text.contains(&format!(".{word},"));
        let mut from = 0;
        while let Some(at) = out[from..].find(", eq(").map(|at| from + at) {
            let close = closing(&out, at + 4).unwrap_or(at + 4);
            if named(&out[at..close]) {
                out.replace_range(at..=close, "");
            }
            from = at + 1;
        }
    }
    out
}

/// The bracket that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

/// The arguments of a call, by the commas that stand in no bracket.
fn arguments(text: &str) -> Vec<String> {
    let (mut out, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                out.push(text[from..at].trim().to_owned());
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(text[from..].trim().to_owned());
    out.retain(|argument| !argument.is_empty());
    out
}
