//! Schedule: the steps of two runs, drawn: a lane for each, gaps where one is suspended, and arrows from what one has
//! written to where the other writes over it. The same steps stand beside it as a list for those who do not see it.

use maud::{Markup, PreEscaped, html};

use super::{place, prose};
use crate::finding::WitnessStep;
use crate::report::clean;
use crate::source::Sources;

/// Every row is as high as this, in the drawing and in the list beside it (`style.css`).
const ROW: usize = 70;
const TIME: usize = 0;
const FIRST: usize = 16;
const APART: usize = 44;
const LAST: usize = 16;

/// Room on the left for time marks, where there are any.
const TIMES: usize = 56;

pub(super) fn draw(sources: &Sources, steps: &[WitnessStep]) -> Markup {
    if steps.is_empty() {
        return html! { p { "It needs no second run." } };
    }
    let drawing = Drawing::new(steps);
    let (width, height) = (drawing.width(), steps.len() * ROW);
    html! {
        div.schedule {
            svg aria-hidden="true" focusable="false" width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } {
                (PreEscaped(drawing.lanes()))
                (PreEscaped(drawing.arrows()))
                (drawing.events())
            }
            ol { @for step in steps { (row(sources, step)) } }
        }
    }
}

fn row(sources: &Sources, step: &WitnessStep) -> Markup {
    let file = sources.file(step.file);
    let code = file.text.get(file.line(step.line)).unwrap_or_default().trim();
    html! {
        li {
            span.what {
                b class={ "lane-" (step.lane) } { "Run " (step.lane) }
                @if let Some(time) = &step.time { " at " (clean(time)) }
                " " (prose(&step.text))
            }
            span.where { (place(&step.path, step.line)) " " code { (clean(code)) } }
        }
    }
}

struct Drawing<'a> {
    steps: &'a [WitnessStep],
    lanes: Vec<char>,
    left: usize,
}

impl<'a> Drawing<'a> {
    fn new(steps: &'a [WitnessStep]) -> Drawing<'a> {
        let mut lanes: Vec<char> = steps.iter().map(|step| step.lane).collect();
        lanes.sort_unstable();
        lanes.dedup();
        let left = if steps.iter().any(|step| step.time.is_some()) { TIMES } else { 0 };
        Drawing { steps, lanes, left }
    }

    fn width(&self) -> usize {
        self.left + FIRST + (self.lanes.len() - 1) * APART + LAST
    }

    fn x(&self, lane: char) -> usize {
        let number = self.lanes.iter().position(|known| *known == lane).unwrap_or_default();
        self.left + FIRST + number * APART
    }

    fn y(at: usize) -> usize {
        at * ROW + ROW / 2
    }

    /// Each lane from its first to its last step; a gap where the run is suspended.
    fn lanes(&self) -> String {
        let mut out = String::new();
        for lane in &self.lanes {
            let mine: Vec<usize> = (0..self.steps.len()).filter(|at| self.steps[*at].lane == *lane).collect();
            for pair in mine.windows(2) {
                let gap = is_gap(&self.steps[pair[0]]) || pair[1] > pair[0] + 1;
                let class = if gap { "gap" } else { "run" };
                let (x, from, to) = (self.x(*lane), Drawing::y(pair[0]), Drawing::y(pair[1]));
                out.push_str(&format!(r#"<path class="{class} lane-{lane}" d="M{x} {from}V{to}"/>"#));
            }
        }
        out
    }

    /// From what one run has written to where another writes over it.
    fn arrows(&self) -> String {
        let mut out = String::new();
        for (at, step) in self.steps.iter().enumerate() {
            let Some(place) = written(step) else { continue };
            let before = self.steps[..at].iter().rposition(|other| written(other) == Some(place));
            let Some(before) = before.filter(|before| self.steps[*before].lane != step.lane) else { continue };
            let (x1, y1) = (self.x(self.steps[before].lane), Drawing::y(before));
            let (x2, y2) = (self.x(step.lane), Drawing::y(at));
            let side: isize = if x2 > x1 { -1 } else { 1 };
            let (tip, tail) = (x2 as isize + side * 10, x2 as isize + side * 20);
            let middle = usize::midpoint(y1, y2);
            out.push_str(&format!(r#"<path class="over" d="M{x1} {y1}Q{x1} {middle} {tail} {y2}H{tip}"/>"#));
            out.push_str(&format!(r#"<path class="tip" d="M{tip} {y2}l{dx} -5v10z"/>"#, dx = side * 9));
        }
        out
    }

    fn events(&self) -> Markup {
        html! {
            @for (at, step) in self.steps.iter().enumerate() {
                @let y = Drawing::y(at);
                circle class={ "event lane-" (step.lane) } cx=(self.x(step.lane)) cy=(y) r="9" {}
                text.letter x=(self.x(step.lane)) y=(y + 4) { (step.lane) }
                @if let Some(time) = &step.time { text.time x=(TIME) y=(y + 4) { (clean(time)) } }
            }
        }
    }
}

fn is_gap(step: &WitnessStep) -> bool {
    ["is suspended", "waits for", "has to wait"].iter().any(|word| step.text.starts_with(word))
}

/// The place that a step writes, as its text names it.
fn written(step: &WitnessStep) -> Option<&str> {
    ["writes ", "removes ", "deletes "].iter().find_map(|verb| step.text.strip_prefix(verb)).map(|rest| {
        let end = rest.strip_prefix('`').and_then(|inner| inner.find('`')).map_or(rest.len(), |at| at + 2);
        &rest[..end.min(rest.len())]
    })
}

#[cfg(test)]
mod tests {
    use super::{Drawing, written};
    use crate::finding::{FileId, Position, Range, WitnessStep};

    fn step(lane: char, text: &str) -> WitnessStep {
        let at = Position { offset: 0, line: 1, column: 1 };
        let span = Range { start: at, end: at };
        let path = "a.ts".to_owned();
        WitnessStep { lane, path, line: 1, column: 1, span, text: text.to_owned(), time: None, file: FileId(0) }
    }

    #[test]
    fn an_arrow_leads_to_who_writes_over() {
        let steps = [step('A', "reads `x`"), step('B', "writes `x`"), step('A', "writes `x`: it was lost")];
        assert_eq!(written(&steps[2]), Some("`x`"));
        let drawing = Drawing::new(&steps);
        assert_eq!(drawing.arrows().matches("class=\"over\"").count(), 1);
        assert_eq!(drawing.lanes().matches("class=\"gap").count(), 1, "the first run waits while the other writes");
        let own = [step('A', "writes `x`"), step('A', "writes `x`")];
        assert_eq!(Drawing::new(&own).arrows(), "");
    }
}
