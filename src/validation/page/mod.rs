//! Page: the document as one HTML file that needs nothing from elsewhere: style and script stand in it, schedules and
//! locks are drawn as SVG, and every name goes through the template's escaping.

mod excerpt;
mod findings;
mod locks;
mod schedule;
mod sites;

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::document::{Document, Status};
use crate::finding::Finding;
use crate::report::{clean, counted};
use crate::source::Sources;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The page.
pub fn html(document: &Document, sources: &Sources) -> String {
    let page = Page::new(document, sources);
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Validation report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#scenarios" { "Skip to the scenarios" }
                (page.head())
                main {
                    (page.summary())
                    (page.trend())
                    (page.filter())
                    div #scenarios { @for scenario in &document.scenarios { (page.scenario(scenario)) } }
                    (locks::section(&document.locks))
                }
                footer {
                    "Safe means safe within stated bounds: two runs of each site were explored against each other, step by "
                    "step; a guard is named only where a rule speaks once it is taken away."
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}

/// What the parts of the page look up.
struct Page<'a> {
    document: &'a Document,
    sources: &'a Sources,
    findings: BTreeMap<String, &'a Finding>,
    /// The scenario in which each finding is told; elsewhere it is a link.
    home: BTreeMap<&'a str, &'a str>,
}

impl<'a> Page<'a> {
    fn new(document: &'a Document, sources: &'a Sources) -> Page<'a> {
        let mut home = BTreeMap::new();
        for scenario in &document.scenarios {
            for name in scenario.sites.iter().flat_map(|site| &site.findings) {
                home.entry(name.as_str()).or_insert(scenario.id.as_str());
            }
        }
        let findings = document.findings.iter().map(|finding| (finding.placed_fingerprint(), finding)).collect();
        Page { document, sources, findings, home }
    }

    fn head(&self) -> Markup {
        let (summary, counts) = (&self.document.summary, &self.document.summary.counts);
        html! {
            header {
                h1 { "Validation report" }
                p {
                    (counted(counts.examined, "site")) " examined in " (counted(summary.functions, "function")) " of "
                    (counted(summary.files, "file")) ": " strong { (counts.safe) " safe" } " (" (counts.guarded)
                    " by a named guard), " strong { (counts.at_risk) " at risk" } ", " strong { (counts.not_decided) " not decided" } "."
                }
            }
        }
    }

    /// The scenarios by what became of their sites.
    fn summary(&self) -> Markup {
        html! {
            section aria-labelledby="summary" {
                h2 #summary { "Summary" }
                div.wide tabindex="0" role="group" aria-label="Summary table" {
                    table.matrix {
                        thead {
                            tr {
                                th scope="col" { "Scenario" }
                                @for word in ["Status", "Examined", "Safe", "By a guard", "At risk", "Not decided"] {
                                    th scope="col" { (word) }
                                }
                            }
                        }
                        tbody {
                            @for scenario in &self.document.scenarios {
                                @let counts = scenario.counts;
                                tr {
                                    th scope="row" { a href={ "#" (scenario.id) } { (scenario.name) } }
                                    td { (badge(scenario.status)) }
                                    @for count in [counts.examined, counts.safe, counts.guarded, counts.at_risk, counts.not_decided] {
                                        td.number { (count) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn trend(&self) -> Markup {
        let Some(trend) = &self.document.trend else { return html! {} };
        html! {
            section aria-labelledby="trend" {
                h2 #trend { "Since the earlier report" }
                p {
                    (counted(trend.introduced, "finding")) " introduced, " (trend.fixed) " fixed, " (trend.persisting) " persisting."
                }
                @if !trend.changes.is_empty() {
                    ul {
                        @for change in &trend.changes {
                            li {
                                (clean(&change.scenario)) ": " (clean(&change.before)) " → " (badge(change.now))
                                ", at risk " (change.at_risk_before) " → " (change.at_risk_now)
                                ", safe " (change.safe_before) " → " (change.safe_now)
                            }
                        }
                    }
                }
            }
        }
    }

    fn filter(&self) -> Markup {
        let mut rules: Vec<&str> = self.document.findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        let sites = self.document.scenarios.iter().flat_map(|scenario| &scenario.sites);
        let mut folders: Vec<&str> = sites.filter_map(|site| Some(site.at.path.rsplit_once('/')?.0)).collect();
        folders.sort_unstable();
        folders.dedup();
        html! {
            form #filter role="search" aria-label="Filter" hidden {
                label { "Rule " select name="rule" {
                    option value="" { "all" }
                    @for rule in rules { option { (rule) } }
                } }
                label { "Folder " input name="folder" type="text" list="folders" placeholder="src/" autocomplete="off"; }
                datalist #folders { @for folder in folders.iter().take(FOLDERS) { option value=(clean(folder)) {} } }
                label { "Confidence " select name="confidence" {
                    option value="" { "all" }
                    @for level in ["certain", "likely", "possible"] { option { (level) } }
                } }
                button type="reset" { "Show all" }
                output role="status" aria-live="polite" {}
            }
        }
    }
}

/// Folders that the filter proposes.
const FOLDERS: usize = 200;

fn badge(status: Status) -> Markup {
    let class = match status {
        Status::AtRisk => "badge risk",
        Status::NotDecided => "badge open",
        Status::Safe => "badge safe",
        Status::NotPresent => "badge none",
    };
    html! { span class=(class) { (status.words()) } }
}

/// Text with the parts between backticks as code.
fn prose(text: &str) -> Markup {
    let text = clean(text);
    let parts: Vec<&str> = text.split('`').collect();
    let whole = parts.len() % 2 == 1;
    html! {
        @if whole {
            @for (number, part) in parts.iter().enumerate() {
                @if number % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else { (text) }
    }
}

fn place(path: &str, line: u32) -> Markup {
    html! { span.place { (clean(path)) ":" (line) } }
}
