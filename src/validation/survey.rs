//! Survey: every site that was examined, with its verdict, taken down while the explored program is at hand.

use std::collections::BTreeMap;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::{self, Evidence};
use super::locks::Locks;
use super::starts::{Start, Starts};
use super::{Checked, classify, rows};
use crate::assemble::Assembled;
use crate::examine::files::{ExaminedFile, file_of};
use crate::examine::{Examined, Unfit};
use crate::explore::model::Site as At;
use crate::explore::{Break, Verdict as Explored};
use crate::facts::FileId;
use crate::finding::{Finding, Range, Spot};
use crate::link::ids::FunctionId;
use crate::link::summary::KeyId;
use crate::rules;

/// What a site is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    Flag,
    Collection,
    Resource,
    Value,
    /// What threads share.
    Guarded,
    Lock,
    File,
    /// Rows of a table, keys of a store.
    Row,
}

impl PlaceKind {
    pub const ALL: [PlaceKind; 8] = [
        PlaceKind::Flag,
        PlaceKind::Collection,
        PlaceKind::Resource,
        PlaceKind::Value,
        PlaceKind::Guarded,
        PlaceKind::Lock,
        PlaceKind::File,
        PlaceKind::Row,
    ];
}

/// A function and a place that it was examined about.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) scope: String,
    pub(super) place: String,
    pub(super) kind: PlaceKind,
    /// The name of the function; for a finding without a site, its act.
    pub(super) at: Spot,
    /// The whole function.
    pub(super) within: Spot,
    pub(super) starts: Vec<Start>,
    /// Whose runs it was explored beside.
    pub(super) rivals: Vec<String>,
    pub(super) verdict: Verdict,
}

#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Safe {
        states: usize,
        schedules: u128,
        guards: Vec<Evidence>,
    },
    /// Findings, by their number among all that the rules said.
    Breaks(Vec<(usize, &'static str)>),
    Undecided(String),
}

impl Site {
    /// The rule that speaks of it, or would without its guard.
    pub(super) fn rule(&self) -> Option<&'static str> {
        match &self.verdict {
            Verdict::Safe { guards, .. } => guards.first().map(|guard| guard.rule),
            Verdict::Breaks(findings) => findings.first().map(|(_, rule)| *rule),
            Verdict::Undecided(_) => None,
        }
    }
}

pub struct Survey {
    pub(super) sites: Vec<Site>,
    pub(super) locks: Locks,
    pub(super) functions: usize,
}

impl Survey {
    pub fn of(checked: &Checked<'_>) -> Survey {
        let taker = Taker::new(checked);
        let mut sites = taker.pairs();
        sites.extend(taker.files());
        sites.extend(taker.unfit());
        sites.extend(rows::sites(checked));
        sites.extend(taker.rest(&sites));
        sites.retain(|site| checked.sources.file(site.at.file).reported);
        sites.sort_by(|a, b| (a.at, &a.place, a.kind).cmp(&(b.at, &b.place, b.kind)));
        let reported = |id: &FunctionId| checked.sources.file(id.file).reported;
        let ordinary = |id: &FunctionId| !checked.program.function(*id).test;
        let functions = checked.program.functions().filter(|id| reported(id) && ordinary(id)).count();
        Survey { sites, locks: Locks::of(checked), functions }
    }
}

struct Taker<'a> {
    checked: &'a Checked<'a>,
    starts: Starts,
    /// The findings that stand, or have a step, at each spot.
    told: BTreeMap<(FileId, Range), Vec<usize>>,
}

impl<'a> Taker<'a> {
    fn new(checked: &'a Checked<'a>) -> Taker<'a> {
        let mut told: BTreeMap<(FileId, Range), Vec<usize>> = BTreeMap::new();
        for (number, finding) in checked.findings.iter().enumerate() {
            let steps = finding.witness.iter().map(|step| (step.file, step.span));
            for at in steps.chain([(finding.file, finding.span)]) {
                told.entry(at).or_default().push(number);
            }
        }
        Taker { checked, starts: Starts::of(checked.program), told }
    }

    /// A function's name and its whole.
    fn spots(&self, id: FunctionId) -> (Spot, Spot) {
        let function = self.checked.program.function(id);
        let spot = |span| Spot { file: id.file, span };
        let name = if function.name_span.start == function.name_span.end { function.span } else { function.name_span };
        (spot(name), spot(function.span))
    }

    fn site(&self, id: FunctionId, place: String, kind: PlaceKind, verdict: Verdict) -> Site {
        let program = self.checked.program;
        let (at, within) = self.spots(id);
        let starts = self.starts.behind(&self.checked.study.examination.overlap, id);
        Site { scope: rules::scope(program, id), place, kind, at, within, starts, rivals: Vec::new(), verdict }
    }

    fn pairs(&self) -> Vec<Site> {
        let mut groups: BTreeMap<(FunctionId, KeyId), Vec<&Examined>> = BTreeMap::new();
        for examined in &self.checked.study.examination.pairs {
            if let Some(about) = examined.about {
                groups.entry((examined.pair.first, about)).or_default().push(examined);
            }
        }
        let reported = |id: FunctionId| self.checked.sources.file(id.file).reported;
        let groups: Vec<_> = groups.into_iter().filter(|((id, _), _)| reported(*id)).collect();
        groups.into_par_iter().map(|((id, about), pairs)| self.pair_site(id, about, &pairs)).collect()
    }

    fn pair_site(&self, id: FunctionId, about: KeyId, pairs: &[&Examined]) -> Site {
        let program = self.checked.program;
        let verdict = self.pair_verdict(about, pairs);
        let kind = pairs.first().map_or(PlaceKind::Value, |examined| classify::kind(program, examined, about));
        let mut site = self.site(id, program.keys().get(about).show(program), kind, verdict);
        site.rivals = pairs.iter().map(|examined| rules::scope(program, examined.pair.second)).collect();
        site
    }

    fn pair_verdict(&self, about: KeyId, pairs: &[&Examined]) -> Verdict {
        let mut found: Vec<(usize, &'static str)> = Vec::new();
        for examined in pairs {
            for broken in examined.verdict.breaks() {
                found.extend(self.findings_of(&examined.assembled, broken));
            }
        }
        let all: Vec<(&Assembled, &Explored)> =
            pairs.iter().map(|examined| (&examined.assembled, &examined.verdict)).collect();
        self.verdict(found, &all, || evidence::of_pairs(self.checked, about, pairs))
    }

    /// Breaks by its findings, else undecided by the first reason for it, else safe.
    fn verdict(
        &self,
        mut found: Vec<(usize, &'static str)>,
        all: &[(&Assembled, &Explored)],
        evidence: impl FnOnce() -> Vec<Evidence>,
    ) -> Verdict {
        found.sort_unstable();
        found.dedup();
        if !found.is_empty() {
            return Verdict::Breaks(found);
        }
        if let Some(reason) = all.iter().find_map(|(assembled, verdict)| self.doubt(assembled, verdict)) {
            return Verdict::Undecided(reason);
        }
        let (mut states, mut schedules) = (0, 0_u128);
        for (_, verdict) in all {
            if let Explored::Safe(safe) = verdict {
                states += safe.states;
                schedules = schedules.saturating_add(safe.schedules);
            }
        }
        Verdict::Safe { states, schedules, guards: evidence() }
    }

    /// Why nothing can be said.
    fn doubt(&self, assembled: &Assembled, verdict: &Explored) -> Option<String> {
        match verdict {
            Explored::TooBig => Some("more states than are searched".to_owned()),
            Explored::Breaks(breaks) => Some(match breaks.first() {
                Some(found) => format!(
                    "a schedule of two runs ends in {}, which no rule takes for a fault here: {}",
                    found.violation.as_str(),
                    found.outcome
                ),
                // What is left out is asked about elsewhere, and ended the search all the same.
                None => "the search ended at a schedule that breaks something else".to_owned(),
            }),
            Explored::Safe(safe) => safe.undecided.first().map(|site| {
                let at = self.place(spot(assembled, *site));
                format!("a run was cut short, or something unknown was done, at {at}")
            }),
        }
    }

    fn place(&self, at: Spot) -> String {
        let file = self.checked.sources.file(at.file);
        format!("{}:{}", file.shown, file.position(at.span.start).line)
    }

    /// The findings that tell of this break: one of the same kind whose act or schedule has its act.
    fn findings_of(&self, assembled: &Assembled, broken: &Break) -> Vec<(usize, &'static str)> {
        let at = self.range(spot(assembled, broken.act));
        let all = self.told.get(&at).into_iter().flatten().map(|number| (*number, &self.checked.findings[*number]));
        let same = all.filter(|(_, finding)| finding.violation == broken.violation.as_str());
        same.map(|(number, finding)| (number, finding.rule)).collect()
    }

    fn range(&self, at: Spot) -> (FileId, Range) {
        (at.file, self.checked.sources.file(at.file).range(at.span))
    }

    fn files(&self) -> Vec<Site> {
        let files = &self.checked.study.examination.files;
        let reported = files.par_iter().filter(|examined| self.checked.sources.file(examined.function.file).reported);
        reported.map(|examined| self.file_site(examined)).collect()
    }

    fn file_site(&self, examined: &ExaminedFile) -> Site {
        let mut all = vec![(&examined.assembled, &examined.verdict)];
        all.extend(examined.disturbed.iter().map(|other| (&other.assembled, &other.verdict)));
        let found = self.findings_on(examined);
        let verdict = self.verdict(found, &all, || evidence::of_file(self.checked, examined));
        let shown = examined.assembled.places[examined.place as usize].shown.clone();
        let mut site = self.site(examined.function, shown, PlaceKind::File, verdict);
        site.rivals = vec![format!("{} in another process", site.scope)];
        site
    }

    /// The findings of rules on files that stand at a step of this function on this file.
    fn findings_on(&self, examined: &ExaminedFile) -> Vec<(usize, &'static str)> {
        let code = examined.assembled.model.flows[0].code.iter();
        let steps = code.filter(|instr| file_of(&instr.op) == Some(examined.place));
        let mut found = Vec::new();
        for at in steps.map(|instr| self.range(spot(&examined.assembled, instr.site))) {
            let all = self.told.get(&at).into_iter().flatten().map(|number| (*number, &self.checked.findings[*number]));
            let here = all.filter(|(_, finding)| {
                classify::of_rule(finding.rule) == Some(PlaceKind::File) && (finding.file, finding.span) == at
            });
            found.extend(here.map(|(number, finding)| (number, finding.rule)));
        }
        found
    }

    fn unfit(&self) -> Vec<Site> {
        let program = self.checked.program;
        let mut left: Vec<Unfit> = self.checked.study.examination.unfit.clone();
        left.sort_by_key(|left| (left.function, left.about));
        left.dedup();
        let site = |left: &Unfit| {
            let (place, kind) = match left.about {
                Some(about) => (program.keys().get(about).show(program), PlaceKind::Value),
                None => ("its files".to_owned(), PlaceKind::File),
            };
            let kind =
                if kind == PlaceKind::Value && program.is_rust(left.function.file) { PlaceKind::Guarded } else { kind };
            let reason = "too much code lies between its steps to be laid out".to_owned();
            self.site(left.function, place, kind, Verdict::Undecided(reason))
        };
        left.iter().map(site).collect()
    }

    /// What rules say of that was not examined as a site.
    fn rest(&self, sites: &[Site]) -> Vec<Site> {
        let mut told = vec![false; self.checked.findings.len()];
        for site in sites {
            if let Verdict::Breaks(findings) = &site.verdict {
                findings.iter().for_each(|(at, _)| told[*at] = true);
            }
        }
        let untold = self.checked.findings.iter().enumerate().filter(|(at, _)| !told[*at]);
        untold.filter_map(|(at, finding)| self.finding_site(at, finding)).collect()
    }

    fn finding_site(&self, number: usize, finding: &Finding) -> Option<Site> {
        let kind = classify::of_rule(finding.rule)?;
        let file = self.checked.sources.file(finding.file);
        let (start, end) = (file.offset(finding.span.start) as u32, file.offset(finding.span.end) as u32);
        let at = Spot { file: finding.file, span: crate::facts::Span { start, end } };
        let starts = match self.function_around(at) {
            Some(id) => self.starts.behind(&self.checked.study.examination.overlap, id),
            None => Vec::new(),
        };
        let within = self.function_around(at).map_or(at, |id| self.spots(id).1);
        let place = file.slice(at.span).lines().next().unwrap_or_default().trim().to_owned();
        let verdict = Verdict::Breaks(vec![(number, finding.rule)]);
        Some(Site { scope: finding.scope.clone(), place, kind, at, within, starts, rivals: Vec::new(), verdict })
    }

    /// The innermost function around a spot.
    fn function_around(&self, at: Spot) -> Option<FunctionId> {
        let functions = self.checked.program.facts(at.file).functions.iter().enumerate();
        let holds = functions.filter(|(_, f)| f.span.start <= at.span.start && at.span.end <= f.span.end);
        let inner = holds.min_by_key(|(_, f)| f.span.end - f.span.start)?;
        Some(FunctionId { file: at.file, ix: crate::facts::FunctionIx(inner.0 as u32) })
    }
}

fn spot(assembled: &Assembled, site: At) -> Spot {
    let info = assembled.sites.get(site.0 as usize).unwrap_or(&assembled.sites[0]);
    Spot { file: info.function.file, span: info.span }
}
