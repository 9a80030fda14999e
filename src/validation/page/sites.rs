//! Sites: one scenario of the page: what is at risk with its findings, what is not decided and why, what is safe and by
//! which guard.

use maud::{Markup, html};

use super::{Page, badge, place, prose};
use crate::report::{clean, counted};
use crate::validation::document::{GuardReport, ScenarioReport, SiteReport, Status};

impl Page<'_> {
    pub(super) fn scenario(&self, scenario: &ScenarioReport) -> Markup {
        let of = |status: Status| scenario.sites.iter().filter(move |site| site.status == status);
        let guarded: Vec<&SiteReport> = of(Status::Safe).filter(|site| !site.guards.is_empty()).collect();
        let plain: Vec<&SiteReport> = of(Status::Safe).filter(|site| site.guards.is_empty()).collect();
        let open: Vec<&SiteReport> = of(Status::NotDecided).collect();
        html! {
            section.scenario aria-labelledby=(scenario.id) {
                h2 id=(scenario.id) { (scenario.name) " " (badge(scenario.status)) }
                p.about { (scenario.about) }
                @for site in of(Status::AtRisk) { (self.at_risk(scenario, site)) }
                @if !guarded.is_empty() {
                    details open[guarded.len() <= OPEN] {
                        summary { (counted(guarded.len(), "site")) " safe by a guard" }
                        @for site in &guarded { (safe(site)) }
                    }
                }
                @if !open.is_empty() {
                    details open[open.len() <= OPEN && scenario.status == Status::NotDecided] {
                        summary { (counted(open.len(), "site")) " not decided" }
                        ul.sites {
                            @for site in &open {
                                li.item data-path=(clean(&site.at.path)) {
                                    (title(site)) @if let Some(reason) = &site.reason { ": " (prose(reason)) }
                                }
                            }
                        }
                    }
                }
                @if !plain.is_empty() {
                    details {
                        summary { (counted(plain.len(), "site")) " safe without a guard of its own" }
                        p { "Whatever the order of the two runs, nothing is lost." }
                        ul.sites {
                            @for site in &plain {
                                li.item data-path=(clean(&site.at.path)) { (title(site)) " — " (explored(site)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn at_risk(&self, scenario: &ScenarioReport, site: &SiteReport) -> Markup {
        html! {
            @for name in &site.findings {
                @if let Some(finding) = self.findings.get(name) {
                    @if self.home.get(name.as_str()) == Some(&scenario.id.as_str()) && self.is_first(scenario, site, name) {
                        (self.finding(finding, site))
                    } @else {
                        p.also.item data-path=(clean(&site.at.path)) data-rule=(finding.rule) data-confidence=(finding.confidence.to_string()) {
                            (title(site)) " is at risk, too: " a href={ "#f-" (finding.placed_fingerprint()) } { (finding.rule) }
                        }
                    }
                }
            }
        }
    }

    /// The first site of a scenario that a finding puts at risk tells it.
    fn is_first(&self, scenario: &ScenarioReport, site: &SiteReport, name: &String) -> bool {
        let first = scenario.sites.iter().find(|other| other.findings.contains(name));
        first.is_some_and(|first| std::ptr::eq(first, site))
    }
}

/// Longer lists are folded.
const OPEN: usize = 40;

fn title(site: &SiteReport) -> Markup {
    html! { code { (clean(&site.scope)) } " about " code { (clean(&site.place)) } " " (place(&site.at.path, site.at.line)) }
}

fn explored(site: &SiteReport) -> Markup {
    let schedules = usize::try_from(site.schedules.unwrap_or_default()).unwrap_or(usize::MAX);
    html! { (counted(schedules, "schedule")) " explored in " (counted(site.states.unwrap_or_default(), "state")) }
}

fn safe(site: &SiteReport) -> Markup {
    html! {
        div.safe-site.item data-path=(clean(&site.at.path)) {
            h3 { (title(site)) }
            @for guard in &site.guards { (evidence(guard)) }
            p.explored {
                (explored(site))
                @if let Some(start) = site.started_by.first() {
                    "; started by " code { (clean(&start.call)) } " " (place(&start.at.path, start.at.line))
                }
            }
        }
    }
}

fn evidence(guard: &GuardReport) -> Markup {
    html! {
        p { (prose(&guard.text)) ". Without it: " code { (guard.rule) } "." }
        ul.steps {
            @for step in &guard.steps {
                li { span.role { (step.role) } " " (place(&step.at.path, step.at.line)) " " code { (clean(&step.code)) } }
            }
        }
    }
}
