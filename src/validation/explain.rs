//! Explain: what is known of one line of code, for the terminal: the functions around it and the locks taken there.

use std::fmt::Write;

use super::document::{Document, GuardReport, SiteReport, Status};
use crate::finding::Finding;
use crate::report::{Paint, clean, counted};

/// `path` as the document has it.
pub fn explain(document: &Document, path: &str, line: u32, paint: Paint) -> String {
    let mut out = String::new();
    let here = |site: &&SiteReport| site.at.path == path && site.at.line <= line && line <= site.last_line;
    for scenario in &document.scenarios {
        for site in scenario.sites.iter().filter(here) {
            let head = format!("{} about `{}`", site.scope, site.place);
            let _ = writeln!(out, "{}", paint.bold(&clean(&head)));
            let _ = writeln!(out, "   {} ({}) at {path}:{}", site.status.words(), scenario.name, site.at.line);
            tell(&mut out, site, document, paint);
            out.push('\n');
        }
    }
    for edge in document.locks.edges.iter().filter(|edge| edge.at.path == path && edge.at.line == line) {
        let (held, taken) = (&document.locks.locks[edge.held], &document.locks.locks[edge.taken]);
        let order =
            if edge.cycle { "somewhere they are taken the other way round" } else { "nowhere the other way round" };
        let text = format!("`{taken}` is taken here by {} while `{held}` is held; {order}", edge.scope);
        let _ = writeln!(out, "{}", clean(&text));
    }
    if out.is_empty() {
        let _ = writeln!(
            out,
            "No site was examined at {path}:{line}: nothing here is shared by two runs and touched on both sides of a wait."
        );
    }
    out
}

fn tell(out: &mut String, site: &SiteReport, document: &Document, paint: Paint) {
    let mut say = |word: &str, text: &str| {
        let _ = writeln!(out, "   {} {}", paint.dim(&format!("{word:<12}")), clean(text));
    };
    for start in &site.started_by {
        say("started by", &format!("{} at {}:{}", start.call, start.at.path, start.at.line));
    }
    say("beside", &if site.beside.is_empty() { "itself".to_owned() } else { site.beside.join(", ") });
    for guard in &site.guards {
        say("guarded by", &guard.text);
        steps(&mut say, guard);
        say("", &format!("without it: {}", guard.rule));
    }
    if let (Some(schedules), Some(states)) = (site.schedules, site.states) {
        let schedules = counted(usize::try_from(schedules).unwrap_or(usize::MAX), "schedule");
        say("explored", &format!("{schedules} in {}, two runs, none breaks it", counted(states, "state")));
    }
    if let Some(reason) = &site.reason {
        say("not decided", reason);
    }
    for finding in site.findings.iter().filter_map(|name| find(document, name)) {
        let at = format!("{}:{}", finding.path, finding.span.start.line);
        say(finding.rule, &format!("{at} {}", finding.message));
        finding.assumptions.iter().for_each(|assumption| say("  if", assumption));
    }
    if site.status == Status::Safe && site.guards.is_empty() {
        say("needs", "no guard: whatever the order of the two runs, nothing is lost");
    }
}

fn steps(say: &mut impl FnMut(&str, &str), guard: &GuardReport) {
    for step in &guard.steps {
        say("", &format!("  {} at {}:{}  {}", step.role, step.at.path, step.at.line, step.code));
    }
}

/// The finding of a placed fingerprint.
pub(super) fn find<'d>(document: &'d Document, name: &str) -> Option<&'d Finding> {
    document.findings.iter().find(|finding| finding.placed_fingerprint() == name)
}
