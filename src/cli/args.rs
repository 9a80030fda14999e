//! Arguments: exactly what can be typed.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand, ValueEnum};

use crate::finding::Confidence;
use crate::report::Format;
use crate::rules::RULES;

/// Finds race-prone code in TypeScript and Rust, and shows the schedule that breaks it.
#[derive(Debug, Parser)]
#[command(name = "racelint", version, propagate_version = false, max_term_width = 100)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,

    /// When to use colours; NO_COLOR and CLICOLOR_FORCE count where nothing is said
    #[arg(long, value_enum, global = true, default_value = "auto", value_name = "WHEN")]
    pub(super) color: Colour,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find races
    Check(CheckArgs),
    /// Show a rule's page
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Files and folders to report on. What is read is always the whole project around them
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Form of the output
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) format: FormatArg,

    /// Lowest confidence that is shown
    #[arg(long, value_enum, default_value = "likely", value_name = "LEVEL")]
    pub(super) min_confidence: ConfidenceArg,

    /// Run this rule only; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names())]
    pub(super) only: Vec<String>,

    /// Show findings in test code, too
    #[arg(long)]
    pub(super) tests: bool,

    /// Read what .gitignore, .ignore and .racelintignore name, too
    #[arg(long)]
    pub(super) no_ignore: bool,

    /// Keep nothing from one run to the next
    #[arg(long)]
    pub(super) no_cache: bool,

    /// Worker threads; 0 for as many as the machine has
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,

    /// Say on stderr how long each stage took
    #[arg(long)]
    pub(super) timings: bool,

    /// Print what one file says, as racelint understands it, and stop
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub(super) dump_facts: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The rule's name
    #[arg(value_parser = rule_names())]
    pub(super) rule: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct RulesArgs {
    /// Form of the output
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormatArg {
    /// For people: the code and the schedule
    Text,
    /// One line a finding
    Compact,
    /// One object with everything
    Json,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Text => Format::Text,
            FormatArg::Compact => Format::Compact,
            FormatArg::Json => Format::Json,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ListFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ConfidenceArg {
    Certain,
    Likely,
    Possible,
}

impl From<ConfidenceArg> for Confidence {
    fn from(confidence: ConfidenceArg) -> Confidence {
        match confidence {
            ConfidenceArg::Certain => Confidence::Certain,
            ConfidenceArg::Likely => Confidence::Likely,
            ConfidenceArg::Possible => Confidence::Possible,
        }
    }
}

fn rule_names() -> PossibleValuesParser {
    PossibleValuesParser::new(RULES.iter().map(|rule| rule.id))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
