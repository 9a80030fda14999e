//! Arguments: exactly what can be typed.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Parser, Subcommand, ValueEnum};

use crate::cache;
use crate::config::{Level, RuleName, suggest};
use crate::finding::Confidence;
use crate::report::Format;
use crate::rules::RULES;
use crate::suppress::{BAD, UNUSED};

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
    Check(Box<CheckArgs>),
    /// Write the validation report: what was examined, what can break, what is safe and by which guard
    Report(Box<ReportArgs>),
    /// Show a rule's page, or what is known of one place in the code
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Print what is in force for a file or folder
    Config(ConfigArgs),
    /// Write a commented racelint.toml
    Init(InitArgs),
    /// Write racelint-baseline.json: what is found now is not shown again
    Baseline(BaselineArgs),
    /// Serve an editor: the language server protocol on the standard input and output
    Lsp(LspArgs),
    /// Remove what earlier runs have kept
    Clean(CleanArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Files and folders to report on. What is read is always the whole project around them
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    #[command(flatten)]
    pub(super) selection: SelectionArgs,

    #[command(flatten)]
    pub(super) reading: ReadingArgs,

    #[command(flatten)]
    pub(super) known: KnownArgs,

    #[command(flatten)]
    pub(super) fixes: FixArgs,

    /// The path that the standard input has, where PATH is `-`
    #[arg(long, value_name = "PATH", help_heading = "Reading")]
    pub(super) stdin_filename: Option<PathBuf>,

    /// Write a suppression with this reason at every finding that is shown
    #[arg(long, value_name = "REASON", help_heading = "Suppressions")]
    pub(super) add_suppressions: Option<String>,

    /// Check again whenever a file changes, until the program is ended
    #[arg(long, conflicts_with_all = ["diff_from", "dump_facts", "add_suppressions", "mending", "stdin_filename"])]
    pub(super) watch: bool,

    /// Print what one file says, as racelint understands it, and stop
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub(super) dump_facts: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    /// Files and folders to report on. What is read is always the whole project around them
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Form of the report
    #[arg(long, value_enum, default_value = "markdown", value_name = "FORMAT")]
    pub(super) format: ReportFormat,

    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Say what has changed since this report, which was written with --format json
    #[arg(long, value_name = "FILE")]
    pub(super) compare: Option<PathBuf>,

    /// Lowest confidence of the findings that put a site at risk; `likely` if the configuration says nothing
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) min_confidence: Option<ConfidenceArg>,

    /// Take test code for ordinary code
    #[arg(long)]
    pub(super) tests: bool,

    /// Say on stderr how long each stage took
    #[arg(long)]
    pub(super) timings: bool,

    /// Print the JSON schema of the JSON form instead
    #[arg(long)]
    pub(super) schema: bool,

    #[command(flatten)]
    pub(super) reading: ReadingArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ReportFormat {
    /// One page with the schedules drawn, that needs no network
    Html,
    /// A summary for comments on changes
    Markdown,
    /// Everything, for programs
    Json,
}

/// What is printed, how and where.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// Form of the output, to a file if one is named; may be given several times
    #[arg(long, value_name = "FORMAT[:FILE]", value_parser = Output::parse, long_help = Output::help())]
    pub(super) format: Vec<Output>,

    /// Write what would go to the standard output to this file
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Show errors only, and no notes
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// Print how many findings each rule has, and nothing else
    #[arg(long, conflicts_with_all = ["format", "output"])]
    pub(super) statistics: bool,

    /// Say on stderr how long each stage and each rule took
    #[arg(long)]
    pub(super) timings: bool,
}

/// Which findings are shown, and what they come to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionArgs {
    /// Turn a rule off, or `all`. Of -A, -W and -D the last that names a rule counts
    #[arg(short = 'A', long, value_name = "RULE", value_parser = level_names(), action = clap::ArgAction::Append)]
    pub(super) allow: Vec<String>,

    /// Make the findings of a rule warnings
    #[arg(short = 'W', long, value_name = "RULE", value_parser = level_names(), action = clap::ArgAction::Append)]
    pub(super) warn: Vec<String>,

    /// Make the findings of a rule errors
    #[arg(short = 'D', long, value_name = "RULE", value_parser = level_names(), action = clap::ArgAction::Append)]
    pub(super) deny: Vec<String>,

    /// Run this rule only, also if it is off; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = finding_names())]
    pub(super) only: Vec<String>,

    /// Lowest confidence that is shown; `likely` if the configuration says nothing
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) min_confidence: Option<ConfidenceArg>,

    /// Show findings in test code, too
    #[arg(long)]
    pub(super) tests: bool,

    /// Exit with 1 if there are more warnings than this
    #[arg(long, value_name = "N")]
    pub(super) max_warnings: Option<usize>,

    /// Exit with 1 if there is any warning
    #[arg(long, conflicts_with = "max_warnings")]
    pub(super) deny_warnings: bool,

    /// Exit with 0 whatever is found
    #[arg(long)]
    pub(super) exit_zero: bool,
}

/// What is mended.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Fixes")]
pub(super) struct FixArgs {
    /// Mend what can be mended, and report the rest. Each fix is checked again before it is written
    #[arg(long, group = "mending", conflicts_with_all = ["staged", "diff_from", "add_suppressions"])]
    pub(super) fix: bool,

    /// Mend what can be mended, report nothing, and exit with 0
    #[arg(long, group = "mending", conflicts_with_all = ["staged", "diff_from", "add_suppressions"])]
    pub(super) fix_only: bool,

    /// Show what would be mended as a patch, write nothing, and exit with 1 if there is something
    #[arg(long, group = "mending", conflicts_with_all = ["diff_from", "add_suppressions", "format", "output"])]
    pub(super) diff: bool,

    /// Take fixes, too, that change what the program does otherwise: an error where there was none
    #[arg(long, requires = "mending")]
    pub(super) unsafe_fixes: bool,
}

/// What is known already: baselines, older commits, older reports.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "New findings only")]
pub(super) struct KnownArgs {
    /// Use this baseline, in place of the racelint-baseline.json at the root
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Use no baseline
    #[arg(long, conflicts_with = "baseline")]
    pub(super) no_baseline: bool,

    /// Only findings that touch what has changed since this revision, committed or not
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub(super) since: Option<String>,

    /// Only findings that touch what the next commit changes; files are read as they are staged
    #[arg(long)]
    pub(super) staged: bool,

    /// With --since and --staged: a finding counts if a step of it stands in a changed line (the default)
    #[arg(long)]
    pub(super) changed_lines: bool,

    /// With --since and --staged: a finding counts if a step of it stands in a changed file
    #[arg(long, conflicts_with = "changed_lines")]
    pub(super) changed_files: bool,

    /// Compare two JSON reports instead: which findings are introduced, fixed, persisting
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["paths", "since", "staged"])]
    pub(super) diff_from: Option<Vec<PathBuf>>,
}

/// What is read, and by which configuration.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct ReadingArgs {
    #[command(flatten)]
    pub(super) config: ChoiceArgs,

    /// Read what .gitignore, .ignore and .racelintignore name, too
    #[arg(long)]
    pub(super) no_ignore: bool,

    /// Keep nothing from one run to the next
    #[arg(long)]
    pub(super) no_cache: bool,

    /// Keep in this folder what one run works out for the next; where the platform keeps caches if nothing is said
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_cache")]
    pub(super) cache_dir: Option<PathBuf>,

    /// Worker threads; 0 for as many as the machine has
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
}

impl ReadingArgs {
    /// The folder to keep things in, if they are to be kept.
    pub(super) fn cache(&self) -> Option<PathBuf> {
        if self.no_cache { None } else { self.cache_dir.clone().or_else(cache::folder) }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct CleanArgs {
    /// The folder that was given to the runs
    #[arg(long, value_name = "FOLDER")]
    pub(super) cache_dir: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ChoiceArgs {
    /// Use this configuration for all files
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Use no configuration
    #[arg(long, conflicts_with = "config")]
    pub(super) isolated: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The rule's name
    #[arg(value_parser = finding_names(), required_unless_present = "site")]
    pub(super) rule: Option<String>,

    /// A line of code: who can overlap the function there, what guards it, how much was explored, what was assumed
    #[arg(long, value_name = "FILE:LINE", value_parser = place, conflicts_with = "rule")]
    pub(super) site: Option<(PathBuf, u32)>,
}

fn place(text: &str) -> Result<(PathBuf, u32), String> {
    let parts = text.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
    match parts {
        Some((file, line)) if !file.is_empty() && line > 0 => Ok((PathBuf::from(file), line)),
        _ => Err("a place is a file and a line of it: src/store.ts:12".to_owned()),
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct RulesArgs {
    /// Form of the output
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct ConfigArgs {
    /// The file or folder
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: PathBuf,

    #[command(flatten)]
    pub(super) choice: ChoiceArgs,

    /// Print the JSON schema of racelint.toml instead
    #[arg(long)]
    pub(super) schema: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct InitArgs {
    /// The folder to write it to
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct BaselineArgs {
    /// A path in the project
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: PathBuf,

    /// Only take out what is no longer found
    #[arg(long)]
    pub(super) prune: bool,

    /// Write this file
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Take findings in test code, too
    #[arg(long)]
    pub(super) tests: bool,

    #[command(flatten)]
    pub(super) choice: ChoiceArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct LspArgs {
    /// Taken for editors that name the channel; there is no other
    #[arg(long)]
    pub(super) stdio: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    pub(super) shell: clap_complete::Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

/// A form of the output, and where it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) file: Option<PathBuf>,
}

impl Output {
    fn parse(text: &str) -> Result<Output, String> {
        let (word, file) = match text.split_once(':') {
            Some((_, "")) => return Err("a file is named behind the colon".to_owned()),
            Some((word, file)) => (word, Some(PathBuf::from(file))),
            None => (text, None),
        };
        match Format::ALL.iter().find(|(name, ..)| *name == word) {
            Some((_, format, _)) => Ok(Output { format: *format, file }),
            None => {
                let words = || Format::ALL.iter().map(|(name, ..)| *name);
                let suggestion = suggest::closest(word, words());
                Err(format!("there is no such format{suggestion} [{}]", words().collect::<Vec<_>>().join(", ")))
            }
        }
    }

    fn help() -> String {
        let mut text =
            "Form of the output, to a file if one is named (`sarif:out.sarif`); may be given several times, \
            once without a file\n\nPossible formats:"
                .to_owned();
        for (name, _, about) in Format::ALL {
            text.push_str(&format!("\n- {name}: {}", about.trim()));
        }
        text
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

/// What -A, -W and -D say, in the order in which they stand on the command line of `check`.
pub(super) fn levels(matches: &ArgMatches) -> Vec<(RuleName, Level)> {
    let Some(matches) = matches.subcommand_matches("check") else { return Vec::new() };
    let mut levels = Vec::new();
    for (flag, level) in [("allow", Level::Off), ("warn", Level::Warn), ("deny", Level::Error)] {
        let names = matches.get_many::<String>(flag).into_iter().flatten();
        let places = matches.indices_of(flag).into_iter().flatten();
        levels.extend(places.zip(names).filter_map(|(at, name)| Some((at, RuleName::parse(name).ok()?, level))));
    }
    levels.sort_by_key(|(at, _, _)| *at);
    levels.into_iter().map(|(_, name, level)| (name, level)).collect()
}

/// The names that a finding can bear.
fn finding_names() -> PossibleValuesParser {
    PossibleValuesParser::new(RULES.iter().map(|rule| rule.id).chain([BAD, UNUSED]))
}

fn level_names() -> PossibleValuesParser {
    PossibleValuesParser::new(RuleName::known().map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
