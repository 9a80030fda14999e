//! SARIF 2.1.0, for code scanning: each schedule is a code flow with a thread flow for each lane, and what is kept back
//! stands there as suppressed, so that alerts do not come and go.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::json::escape_hostile;
use super::{Report, clean};
use crate::finding::{Edit, Finding, Fix, Range, Severity, WitnessStep};
use crate::rules::{Meta, RULES};
use crate::selection::Why;
use crate::suppress::{self, BAD, UNUSED};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let shown = report.findings.iter().map(|finding| (finding, None));
    let aside = report.aside.iter().map(|aside| (&aside.finding, Some(&aside.why)));
    let results = shown.chain(aside).map(|(finding, why)| {
        let mut result = result(finding, why);
        if report.gone.is_some() {
            result["baselineState"] = json!(if why == Some(&Why::Baseline) { "unchanged" } else { "new" });
        }
        result
    });
    let results: Vec<Value> = results.collect();
    let notes = report.notes.list().iter().map(|note| {
        let text = note.path.as_ref().map_or(note.text.clone(), |path| format!("{path}: {}", note.text));
        json!({ "level": if note.kind.is_warning() { "warning" } else { "note" }, "message": { "text": clean(&text) } })
    });
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver() },
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": !report.notes.failed(),
                "toolExecutionNotifications": notes.collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    writeln!(out, "{}", escape_hostile(&serde_json::to_string_pretty(&document)?))
}

fn driver() -> Value {
    let rules = RULES.iter().map(|rule| of_rule(rule.meta(), rule.page));
    let about = [(BAD, "A suppression says something wrong"), (UNUSED, "A suppression covers no finding")];
    let others = about.iter().map(|(id, summary)| described(id, summary, suppress::PAGE, "warning"));
    let mut driver = json!({
        "name": "racelint",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.chain(others).collect::<Vec<_>>(),
    });
    let address = env!("CARGO_PKG_REPOSITORY");
    if !address.is_empty() {
        driver["informationUri"] = json!(address);
    }
    driver
}

fn of_rule(meta: &Meta, page: &str) -> Value {
    let mut rule = described(&meta.id, &meta.summary, page, level(meta.severity));
    rule["properties"] = json!({ "tags": ["concurrency", meta.family], "precision": "high" });
    rule
}

fn described(id: &str, summary: &str, page: &str, level: &str) -> Value {
    let words = id.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    json!({
        "id": id,
        "name": words.collect::<String>(),
        "shortDescription": { "text": summary },
        "fullDescription": { "text": format!("{summary}.") },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level },
    })
}

fn result(finding: &Finding, why: Option<&Why>) -> Value {
    let index = RULES.iter().map(|rule| rule.id).chain([BAD, UNUSED]).position(|id| id == finding.rule);
    let mut location = physical(&finding.path, finding.span);
    if !finding.scope.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": clean(&finding.scope) }]);
    }
    let related = finding.related.iter().enumerate().map(|(id, related)| {
        let mut location = physical(&related.path, related.span);
        location["id"] = json!(id);
        location["message"] = json!({ "text": clean(&related.text) });
        location
    });
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": message(finding) },
        "locations": [location],
        "relatedLocations": related.collect::<Vec<_>>(),
        "partialFingerprints": { "racelint/v1": finding.fingerprint },
        "suppressions": why.map(suppression).into_iter().collect::<Vec<_>>(),
        "properties": {
            "violation": finding.violation,
            "confidence": finding.confidence,
            "assumptions": finding.assumptions,
        },
    });
    if !finding.witness.is_empty() {
        result["codeFlows"] = json!([code_flow(&finding.witness, &finding.outcome)]);
    }
    if !finding.fixes.is_empty() {
        result["fixes"] = finding.fixes.iter().map(fix).collect();
    }
    result
}

/// The first sentence is what lists show.
fn message(finding: &Finding) -> String {
    let mut text = format!("{}.", clean(finding.message.trim_end_matches('.')));
    for (word, more) in [("Outcome", &finding.outcome), ("Help", &finding.help)] {
        if !more.is_empty() {
            text.push_str(&format!("\n{word}: {}", clean(more)));
        }
    }
    text
}

fn suppression(why: &Why) -> Value {
    match why {
        Why::Suppressed(reason) => {
            json!({ "kind": "inSource", "status": "accepted", "justification": clean(reason) })
        }
        Why::Baseline => json!({ "kind": "external", "status": "accepted", "justification": "in the baseline" }),
    }
}

fn code_flow(witness: &[WitnessStep], outcome: &str) -> Value {
    let mut lanes: Vec<char> = witness.iter().map(|step| step.lane).collect();
    lanes.sort_unstable();
    lanes.dedup();
    let flow = |lane: char| {
        let steps = witness.iter().enumerate().filter(|(_, step)| step.lane == lane);
        let locations = steps.map(|(order, step)| {
            let time = step.time.as_ref().map_or(String::new(), |time| format!("{time} "));
            let mut location = physical(&step.path, step.span);
            location["message"] = json!({ "text": format!("{} {time}{}", step.lane, clean(&step.text)).trim_end() });
            json!({ "location": location, "executionOrder": order + 1 })
        });
        json!({
            "id": lane.to_string(),
            "message": { "text": format!("Run {lane}") },
            "locations": locations.collect::<Vec<_>>(),
        })
    };
    let flows: Vec<Value> = lanes.into_iter().map(flow).collect();
    let text = if outcome.is_empty() { "The schedule".into() } else { clean(outcome) };
    json!({ "message": { "text": text }, "threadFlows": flows })
}

fn fix(fix: &Fix) -> Value {
    let mut changes: Map<String, Value> = Map::new();
    for Edit { path, span, text, .. } in &fix.edits {
        let replacement = json!({ "deletedRegion": region(*span), "insertedContent": { "text": text } });
        let change = changes
            .entry(path.clone())
            .or_insert_with(|| json!({ "artifactLocation": { "uri": uri(path) }, "replacements": [] }));
        if let Some(list) = change["replacements"].as_array_mut() {
            list.push(replacement);
        }
    }
    json!({
        "description": { "text": clean(&fix.title) },
        "artifactChanges": changes.into_iter().map(|(_, change)| change).collect::<Vec<_>>(),
    })
}

fn physical(path: &str, span: Range) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) }, "region": region(span) } })
}

fn region(span: Range) -> Value {
    json!({
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative reference: what is not plain becomes `%xx`.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
