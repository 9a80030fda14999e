//! Output: each report in its form to its place.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::args::{Output, OutputArgs};
use super::{Console, PLAIN_WIDTH};
use crate::report::{Format, Report, Style};

/// Can all of it be written? The standard output takes one form.
pub(super) fn possible(args: &OutputArgs) -> Result<(), &'static str> {
    match args.format.iter().filter(|output| output.file.is_none()).count() {
        0 if args.output.is_some() && !args.format.is_empty() => {
            Err("--output is where a format without a file goes, and every format has one")
        }
        0 | 1 => Ok(()),
        _ => Err("only one format can go to the standard output; name files for the others: --format sarif:out.sarif"),
    }
}

pub(super) fn write(report: &Report, args: &OutputArgs, style: Style, console: &mut Console) -> io::Result<()> {
    let in_github = env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let default = match in_github && args.output.is_none() {
        true => Format::Github,
        false => Format::Text,
    };
    let default = [Output { format: default, file: None }];
    let outputs = if args.format.is_empty() { &default[..] } else { &args.format };
    for output in outputs {
        match output.file.as_ref().or(args.output.as_ref()) {
            Some(path) => to_file(report, output.format, path)?,
            None => {
                report.write(output.format, style, &mut console.out)?;
                console.out.flush()?;
            }
        }
        if output.format == Format::Github {
            summarise(report)?;
        }
    }
    Ok(())
}

fn to_file(report: &Report, format: Format, path: &Path) -> io::Result<()> {
    let named = |error: io::Error| io::Error::other(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(named)?;
    }
    into(report, format, File::create(path).map_err(named)?).map_err(named)
}

/// The page of a step shows all findings, also those beyond the annotations that GitHub takes.
fn summarise(report: &Report) -> io::Result<()> {
    match env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        Some(path) => into(report, Format::Markdown, OpenOptions::new().append(true).create(true).open(path)?),
        None => Ok(()),
    }
}

fn into(report: &Report, format: Format, file: File) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    report.write(format, Style { colour: false, width: PLAIN_WIDTH }, &mut file)?;
    file.flush()
}
