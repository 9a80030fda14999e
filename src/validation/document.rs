//! Document: the validation report as data: what its JSON holds, and what the page and the Markdown are made of.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde_json::Value;

use super::evidence::Evidence;
use super::scenarios::{Scenario, Scenarios};
use super::survey::{PlaceKind, Site, Survey, Verdict};
use super::trend::Trend;
use crate::finding::{Finding, Spot};
use crate::report::Report;
use crate::selection::Why;
use crate::source::Sources;

/// The validation report of racelint: what was examined, what can break, what is safe and by which guard.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Document {
    /// Of this form.
    pub version: u32,
    pub summary: Summary,
    pub scenarios: Vec<ScenarioReport>,
    /// What is shown, in the order of `racelint check`.
    pub findings: Vec<Finding>,
    pub locks: LockReport,
    /// Against an earlier report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Summary {
    pub files: usize,
    pub functions: usize,
    #[serde(flatten)]
    pub counts: Counts,
}

/// Sites by what became of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    pub examined: usize,
    pub safe: usize,
    /// Of those that are safe, how many by a guard that is named.
    pub guarded: usize,
    pub at_risk: usize,
    pub not_decided: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    AtRisk,
    NotDecided,
    Safe,
    NotPresent,
}

impl Status {
    pub fn words(self) -> &'static str {
        match self {
            Status::AtRisk => "at risk",
            Status::NotDecided => "not decided",
            Status::Safe => "safe",
            Status::NotPresent => "not present",
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ScenarioReport {
    pub id: String,
    pub name: String,
    pub about: String,
    pub status: Status,
    #[serde(flatten)]
    pub counts: Counts,
    pub sites: Vec<SiteReport>,
}

/// A function and a place that it was examined about.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SiteReport {
    pub scope: String,
    pub place: String,
    pub kind: PlaceKind,
    #[serde(flatten)]
    pub at: At,
    /// The last line of the function.
    pub last_line: u32,
    pub status: Status,
    /// Calls that the function, or one that calls it, is handed to.
    pub started_by: Vec<Started>,
    /// Whose runs it was explored beside.
    pub beside: Vec<String>,
    /// How many schedules were explored, and in how many states; only where it is safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedules: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub states: Option<usize>,
    /// What it is safe by: without it a rule speaks.
    pub guards: Vec<GuardReport>,
    /// Placed fingerprints of the findings that put it at risk.
    pub findings: Vec<String>,
    /// Why nothing is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
pub struct At {
    pub path: String,
    pub line: u32,
    pub column: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Started {
    pub call: String,
    #[serde(flatten)]
    pub at: At,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct GuardReport {
    pub kind: String,
    /// What it uses, as the code writes it.
    pub name: String,
    pub text: String,
    /// The rule that speaks where the guard is taken away.
    pub rule: String,
    pub steps: Vec<StepReport>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct StepReport {
    pub role: String,
    #[serde(flatten)]
    pub at: At,
    /// The text of the step, to its first line end.
    pub code: String,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct LockReport {
    pub locks: Vec<String>,
    /// Which is taken while which is held.
    pub edges: Vec<EdgeReport>,
    /// Locks of one type, and the methods that take them.
    pub tables: Vec<TableReport>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct EdgeReport {
    pub held: usize,
    pub taken: usize,
    /// Some way leads back: two runs can wait for each other.
    pub cycle: bool,
    pub scope: String,
    #[serde(flatten)]
    pub at: At,
    /// Where the lock that is held was taken.
    pub held_at: At,
    /// How many more places do the same.
    pub more: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct TableReport {
    pub unit: String,
    pub path: String,
    pub locks: Vec<String>,
    pub rows: Vec<RowReport>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RowReport {
    pub method: String,
    pub line: u32,
    /// For each lock: nothing, `reads`, `writes`.
    pub cells: Vec<String>,
    /// It takes more than one, and none under another.
    pub apart: bool,
}

/// The JSON schema of a document.
pub fn schema() -> Schema {
    schema_for!(Document)
}

impl Document {
    /// `all` is everything that the rules said, in the order in which the survey numbers it; `old` an earlier document.
    pub fn new(survey: &Survey, report: &Report, all: &[Finding], old: Option<&Value>) -> Document {
        let maker = Maker::new(report, all);
        let scenarios = Scenarios::bundled();
        let mut sites: Vec<Vec<SiteReport>> = scenarios.all.iter().map(|_| Vec::new()).collect();
        for site in &survey.sites {
            if let Some(at) = scenarios.of(site) {
                sites[at].push(maker.site(site));
            }
        }
        let scenarios: Vec<ScenarioReport> =
            scenarios.all.into_iter().zip(sites).map(|(scenario, sites)| scenario_report(scenario, sites)).collect();
        let files = report.sources.files().iter().filter(|file| file.reported).count();
        let mut summary = Summary { files, functions: survey.functions, counts: Counts::default() };
        for scenario in &scenarios {
            summary.counts.add(scenario.counts);
        }
        let mut document = Document {
            version: 1,
            summary,
            scenarios,
            findings: report.findings.clone(),
            locks: maker.locks(survey),
            trend: None,
        };
        document.trend = old.map(|old| Trend::of(old, &document));
        document
    }
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.examined += other.examined;
        self.safe += other.safe;
        self.guarded += other.guarded;
        self.at_risk += other.at_risk;
        self.not_decided += other.not_decided;
    }
}

fn scenario_report(scenario: Scenario, mut sites: Vec<SiteReport>) -> ScenarioReport {
    sites.sort_by(|a, b| {
        let key = |site: &SiteReport| (site.status, site.guards.is_empty());
        key(a).cmp(&key(b)).then_with(|| (&a.at, &a.place).cmp(&(&b.at, &b.place)))
    });
    let count = |status: Status| sites.iter().filter(|site| site.status == status).count();
    let counts = Counts {
        examined: sites.len(),
        safe: count(Status::Safe),
        guarded: sites.iter().filter(|site| !site.guards.is_empty()).count(),
        at_risk: count(Status::AtRisk),
        not_decided: count(Status::NotDecided),
    };
    // The sites stand in the order of what weighs most.
    let status = sites.first().map_or(Status::NotPresent, |site| site.status);
    let Scenario { id, name, about } = scenario;
    ScenarioReport { id, name, about, status, counts, sites }
}

struct Maker<'a> {
    sources: &'a Sources,
    all: &'a [Finding],
    /// Why each finding that is not shown is not; those that are shown are not in it.
    kept_back: BTreeMap<usize, String>,
}

impl<'a> Maker<'a> {
    fn new(report: &'a Report, all: &'a [Finding]) -> Maker<'a> {
        let shown: BTreeMap<String, ()> =
            report.findings.iter().map(|finding| (finding.placed_fingerprint(), ())).collect();
        let aside: BTreeMap<String, &Why> =
            report.aside.iter().map(|aside| (aside.finding.placed_fingerprint(), &aside.why)).collect();
        let mut kept_back = BTreeMap::new();
        for (number, finding) in all.iter().enumerate() {
            let name = finding.placed_fingerprint();
            if !shown.contains_key(&name) {
                kept_back.insert(number, why(finding, aside.get(&name).copied()));
            }
        }
        Maker { sources: &report.sources, all, kept_back }
    }

    fn at(&self, spot: Spot) -> At {
        let file = self.sources.file(spot.file);
        let start = file.position(spot.span.start);
        At { path: file.shown.clone(), line: start.line, column: start.column }
    }

    fn site(&self, site: &Site) -> SiteReport {
        let mut report = SiteReport {
            scope: site.scope.clone(),
            place: site.place.clone(),
            kind: site.kind,
            at: self.at(site.at),
            last_line: self.sources.file(site.within.file).position(site.within.span.end).line,
            status: Status::Safe,
            started_by: site
                .starts
                .iter()
                .map(|start| Started { call: start.call.clone(), at: self.at(start.at) })
                .collect(),
            beside: site.rivals.clone(),
            schedules: None,
            states: None,
            guards: Vec::new(),
            findings: Vec::new(),
            reason: None,
        };
        match &site.verdict {
            Verdict::Safe { states, schedules, guards } => {
                (report.states, report.schedules) =
                    (Some(*states), Some(u64::try_from(*schedules).unwrap_or(u64::MAX)));
                report.guards = guards.iter().map(|guard| self.guard(guard)).collect();
            }
            Verdict::Undecided(reason) => {
                (report.status, report.reason) = (Status::NotDecided, Some(reason.clone()));
            }
            Verdict::Breaks(found) => {
                let shown = found.iter().filter(|(number, _)| !self.kept_back.contains_key(number));
                report.findings = shown.map(|(number, _)| self.all[*number].placed_fingerprint()).collect();
                if report.findings.is_empty() {
                    report.status = Status::NotDecided;
                    report.reason = found.iter().find_map(|(number, _)| self.kept_back.get(number).cloned());
                } else {
                    report.status = Status::AtRisk;
                }
            }
        }
        report
    }

    fn guard(&self, guard: &Evidence) -> GuardReport {
        let step = |step: &super::evidence::Step| {
            let code = self.sources.file(step.at.file).slice(step.at.span).lines().next().unwrap_or_default();
            StepReport { role: step.role.to_owned(), at: self.at(step.at), code: code.trim().to_owned() }
        };
        GuardReport {
            kind: guard.kind.to_owned(),
            name: guard.name.clone(),
            text: said(guard.kind, &guard.name),
            rule: guard.rule.to_owned(),
            steps: guard.steps.iter().map(step).collect(),
        }
    }

    fn locks(&self, survey: &Survey) -> LockReport {
        let edges = survey.locks.edges.iter().map(|edge| EdgeReport {
            held: edge.from,
            taken: edge.to,
            cycle: edge.cycle,
            scope: edge.scope.clone(),
            at: self.at(edge.second),
            held_at: self.at(edge.first),
            more: edge.more,
        });
        let tables = survey.locks.tables.iter().map(|table| TableReport {
            unit: table.unit.clone(),
            path: self.at(table.at).path,
            locks: table.locks.clone(),
            rows: table
                .rows
                .iter()
                .map(|row| RowReport {
                    method: row.method.clone(),
                    line: self.at(row.at).line,
                    cells: row.cells.iter().map(|cell| (*cell).to_owned()).collect(),
                    apart: row.apart,
                })
                .collect(),
        });
        LockReport { locks: survey.locks.names.clone(), edges: edges.collect(), tables: tables.collect() }
    }
}

/// Why a finding is not shown.
fn why(finding: &Finding, aside: Option<&Why>) -> String {
    match aside {
        Some(Why::Suppressed(reason)) => format!("deferred in the code ({}): {reason}", finding.rule),
        Some(Why::Baseline) => format!("known and in the baseline ({}): {}", finding.rule, finding.message),
        None => {
            let if_so = finding.assumptions.first().map_or(String::new(), |assumption| format!(", if {assumption}"));
            format!("{} ({}): {}{if_so}", finding.confidence, finding.rule, finding.message)
        }
    }
}

/// A guard in a sentence.
fn said(kind: &str, name: &str) -> String {
    match kind {
        "flag" => format!("`{name}` is tested before anything else, and a second run is turned away while it is set"),
        "claim" => format!("`{name}` is claimed in the same stretch as the test, before the first wait"),
        "one-stretch" => format!("`{name}` is looked at and written in one stretch, with no wait in between"),
        "kept-value" => format!("`{name}` is kept before anybody waits for it, and a second run takes what is there"),
        "lock" => format!("`{name}` is held over the whole of it"),
        "second-look" => format!("`{name}` is looked at again behind the wait"),
        "one-step" => format!("`{name}` is changed in one step that nobody can divide"),
        "queue" => "it starts only when what went before has ended".to_owned(),
        "join" => "it waits for the work of the other run".to_owned(),
        "transaction" => "all of it runs in one transaction".to_owned(),
        "os-lock" => format!("a lock of the operating system on `{name}` is held over the whole of it"),
        "exclusive-create" => format!("`{name}` is created in one step that fails where it is"),
        "rename" => format!("`{name}` is filled under another name first, and renamed into place"),
        "row-lock" => "the row is locked when it is read".to_owned(),
        "condition" => "it is written only where it still is what was read".to_owned(),
        _ => "the database inserts only where nothing is".to_owned(),
    }
}
