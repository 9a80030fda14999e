//! Markdown: the summary of a document as one comment on a change: a table, and the scenarios to unfold.

use std::fmt::Write;

use super::document::{Document, ScenarioReport, SiteReport, Status};
use crate::report::counted;
use crate::report::markdown::{code, details, escape, html};

/// GitHub takes a comment of 65,536 characters; the rest is for whoever puts something around it.
const MAX_CHARS: usize = 60_000;

/// Safe sites that one scenario lists.
const SAFE_SHOWN: usize = 20;

pub fn markdown(document: &Document) -> String {
    let mut text = head(document);
    let mut left_out = 0;
    let sections = document.scenarios.iter().filter(|scenario| scenario.status != Status::NotPresent).map(section);
    for piece in document.findings.iter().map(details).chain(sections) {
        if text.chars().count() + piece.chars().count() > MAX_CHARS {
            left_out += 1;
        } else {
            text.push_str(&piece);
        }
    }
    if left_out > 0 {
        let _ = writeln!(
            text,
            "\n{} of this report would not fit here: `racelint report --format html`.",
            counted(left_out, "part")
        );
    }
    text
}

fn head(document: &Document) -> String {
    let counts = &document.summary.counts;
    let mut text = format!(
        "## Validation report\n\n{} in {}: {} safe ({} by a named guard), {} at risk, {} not decided.\n\n",
        counted(counts.examined, "site"),
        counted(document.summary.files, "file"),
        counts.safe,
        counts.guarded,
        counts.at_risk,
        counts.not_decided,
    );
    if let Some(trend) = &document.trend {
        let _ = writeln!(
            text,
            "Since the earlier report: {} introduced, {} fixed, {} persisting.\n",
            counted(trend.introduced, "finding"),
            trend.fixed,
            trend.persisting
        );
        for change in &trend.changes {
            let _ = writeln!(
                text,
                "- {}: {} → {} (at risk {} → {}, safe {} → {})",
                escape(&change.scenario),
                escape(&change.before),
                change.now.words(),
                change.at_risk_before,
                change.at_risk_now,
                change.safe_before,
                change.safe_now
            );
        }
        text.push('\n');
    }
    text.push_str(
        "| scenario | status | sites | safe | by a guard | at risk | not decided |\n|---|---|--:|--:|--:|--:|--:|\n",
    );
    for scenario in &document.scenarios {
        let counts = &scenario.counts;
        let _ = writeln!(
            text,
            "| {} | **{}** | {} | {} | {} | {} | {} |",
            escape(&scenario.name),
            scenario.status.words(),
            counts.examined,
            counts.safe,
            counts.guarded,
            counts.at_risk,
            counts.not_decided
        );
    }
    text
}

fn section(scenario: &ScenarioReport) -> String {
    let mut text = format!(
        "\n<details><summary>{}: {}</summary>\n\n{}\n\n",
        html(&scenario.name),
        scenario.status.words(),
        escape(&scenario.about)
    );
    let told = |site: &&SiteReport| site.status != Status::Safe || !site.guards.is_empty();
    let sites: Vec<&SiteReport> = scenario.sites.iter().filter(told).collect();
    for site in sites.iter().take(SAFE_SHOWN) {
        text.push_str(&line(site));
    }
    let more = scenario.sites.len() - sites.len().min(SAFE_SHOWN);
    if more > 0 {
        let _ = writeln!(text, "- and {}", counted(more, "site more"));
    }
    text.push_str("\n</details>\n");
    text
}

fn line(site: &SiteReport) -> String {
    let place = format!("{}:{}", site.at.path, site.at.line);
    let mut text =
        format!("- **{}** {} {} about {}", site.status.words(), code(&place), escape(&site.scope), code(&site.place));
    for guard in &site.guards {
        let steps: Vec<String> = guard
            .steps
            .iter()
            .map(|step| format!("{} {}", step.role, code(&format!("{}:{}", step.at.path, step.at.line))))
            .collect();
        let _ = write!(text, "; {}: {}", escape(&guard.text), steps.join(", "));
    }
    if let Some(schedules) = site.schedules {
        let _ = write!(text, "; {} explored", counted(usize::try_from(schedules).unwrap_or(usize::MAX), "schedule"));
    }
    if let Some(reason) = &site.reason {
        let _ = write!(text, "; {}", escape(reason));
    }
    text.push('\n');
    text
}
