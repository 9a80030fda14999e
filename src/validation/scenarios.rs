//! Scenarios: the questions that a team asks of its code, as data, and which site answers which.

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use super::starts::Start;
use super::survey::{PlaceKind, Site};

const TEXT: &str = include_str!("scenarios.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scenario: Vec<Lines>,
}

/// A scenario that stands a second time takes more sites under its own name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    about: String,
    places: Vec<PlaceKind>,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default)]
    starts: Vec<String>,
}

struct Taker {
    /// Its scenario, in [`Scenarios::all`].
    scenario: usize,
    places: Vec<PlaceKind>,
    rules: Vec<String>,
    starts: Option<GlobSet>,
}

/// One question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    pub id: String,
    pub name: String,
    pub about: String,
}

pub struct Scenarios {
    pub all: Vec<Scenario>,
    takers: Vec<Taker>,
}

impl Scenarios {
    /// Those that come with the program.
    pub fn bundled() -> Scenarios {
        Scenarios::read(TEXT).unwrap_or_else(|message| unreachable!("the bundled scenarios: {message}"))
    }

    fn read(text: &str) -> Result<Scenarios, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut scenarios = Scenarios { all: Vec::new(), takers: Vec::new() };
        for lines in file.scenario {
            let known = scenarios.all.iter().position(|scenario| scenario.id == lines.id);
            let scenario = known.unwrap_or(scenarios.all.len());
            if known.is_none() {
                scenarios.all.push(Scenario { id: lines.id, name: lines.name, about: lines.about });
            }
            let starts = if lines.starts.is_empty() { None } else { Some(patterns(&lines.starts)?) };
            scenarios.takers.push(Taker { scenario, places: lines.places, rules: lines.rules, starts });
        }
        Ok(scenarios)
    }

    /// The scenario that a site belongs to.
    pub(super) fn of(&self, site: &Site) -> Option<usize> {
        let rule = site.rule();
        let takes = |taker: &&Taker| {
            let ruled = taker.rules.is_empty() || rule.is_some_and(|rule| taker.rules.iter().any(|own| own == rule));
            let started =
                taker.starts.as_ref().is_none_or(|starts| site.starts.iter().any(|start| is_in(starts, start)));
            taker.places.contains(&site.kind) && ruled && started
        };
        self.takers.iter().find(takes).map(|taker| taker.scenario)
    }
}

fn patterns(texts: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for text in texts {
        set.add(Glob::new(text).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}

fn is_in(patterns: &GlobSet, start: &Start) -> bool {
    patterns.is_match(&start.call)
}

#[cfg(test)]
mod tests {
    use super::{PlaceKind, Scenarios, TEXT};
    use crate::rules::RULES;

    #[test]
    fn every_kind_of_place_has_a_scenario_of_last_resort() {
        let scenarios = Scenarios::read(TEXT).unwrap();
        for kind in PlaceKind::ALL {
            let last = scenarios
                .takers
                .iter()
                .find(|taker| taker.places.contains(&kind) && taker.rules.is_empty() && taker.starts.is_none());
            assert!(last.is_some(), "{kind:?}");
        }
    }

    #[test]
    fn scenarios_name_rules_that_there_are() {
        let scenarios = Scenarios::read(TEXT).unwrap();
        for rule in scenarios.takers.iter().flat_map(|taker| &taker.rules) {
            assert!(RULES.iter().any(|known| known.id == rule), "{rule}");
        }
        assert!(scenarios.all.iter().all(|scenario| !scenario.name.is_empty() && !scenario.about.is_empty()));
        assert_eq!(scenarios.all.len(), 10);
    }
}
