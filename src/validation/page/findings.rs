//! Findings: one finding of the page: the code, the schedule drawn, how it ends, and what to write instead.

use maud::{Markup, html};

use super::{Page, excerpt, place, prose, schedule};
use crate::finding::Finding;
use crate::report::clean;
use crate::validation::document::SiteReport;

impl Page<'_> {
    pub(super) fn finding(&self, finding: &Finding, site: &SiteReport) -> Markup {
        let name = finding.placed_fingerprint();
        html! {
            article.finding.item id={ "f-" (name) } data-rule=(finding.rule) data-path=(clean(&finding.path)) data-confidence=(finding.confidence.to_string()) {
                h3 { (prose(&finding.message)) }
                p.meta {
                    span.rule { (finding.rule) } " · " (finding.severity.to_string()) " · " (finding.confidence.to_string()) " · "
                    (finding.violation) " · " (place(&finding.path, finding.span.start.line)) " · " (clean(&finding.scope))
                    @if let Some(start) = site.started_by.first() { " · started by " code { (clean(&start.call)) } }
                }
                div.beside {
                    (excerpt::around(self.sources, finding))
                    div.fix {
                        h4 { "What to write instead" }
                        p { (prose(&finding.help)) }
                        @for fix in &finding.fixes { p { (prose(&fix.title)) } }
                    }
                }
                h4 { "The schedule that breaks it" }
                (schedule::draw(self.sources, &finding.witness))
                p.outcome { strong { "It ends: " } (prose(&finding.outcome)) }
                @if !finding.assumptions.is_empty() {
                    p { "Taken for granted:" }
                    ul { @for assumption in &finding.assumptions { li { (prose(assumption)) } } }
                }
                @if !finding.related.is_empty() {
                    details {
                        summary { "What it rests on" }
                        ul { @for related in &finding.related { li { (place(&related.path, related.span.start.line)) " " (prose(&related.text)) } } }
                    }
                }
            }
        }
    }
}
