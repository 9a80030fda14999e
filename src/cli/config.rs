//! `racelint config` and `racelint init`: what is in force, and a configuration to begin with.

use std::io;
use std::path::Path;

use super::args::{ChoiceArgs, ConfigArgs, InitArgs};
use super::{CLEAN, Console, FAILED};
use crate::config::{self, Choice, Config, RuleName, Settings};
use crate::notes::Notes;
use crate::source;

impl ChoiceArgs {
    pub(super) fn choice(&self) -> Choice {
        match &self.config {
            Some(path) => Choice::Given(path.clone()),
            None if self.isolated => Choice::Isolated,
            None => Choice::Nearest,
        }
    }
}

pub(super) fn show(args: &ConfigArgs, console: &mut Console) -> io::Result<u8> {
    if args.schema {
        console.out.write_all(config::schema().as_bytes())?;
        console.out.flush()?;
        return Ok(CLEAN);
    }
    let options = source::Options { paths: vec![args.path.clone()], ..source::Options::default() };
    let found = source::find(&options, &mut Notes::default()).map_err(crate::Error::from);
    let config = found.and_then(|tree| {
        let config = Config::load(&tree.project.root, &tree.settings, &args.choice.choice())?;
        Ok((config, tree))
    });
    match config {
        Ok((config, tree)) => {
            let path = tree.project.reported.first().cloned().unwrap_or_default();
            write(&path, config.of(&path), &tree.project, console)?;
            console.out.flush()?;
            Ok(CLEAN)
        }
        Err(error) => {
            console.complain(&error.to_string());
            Ok(FAILED)
        }
    }
}

/// In the form of a configuration, so that it can be taken for one.
fn write(path: &Path, settings: &Settings, project: &source::Project, console: &mut Console) -> io::Result<()> {
    let origin = match &settings.origin {
        Some(origin) => project.seen_from_here(origin),
        None => "no configuration".to_owned(),
    };
    let name = |confidence: crate::finding::Confidence| confidence.to_string();
    let out = &mut console.out;
    writeln!(out, "# {}: {origin}", project.seen_from_here(path))?;
    if !settings.reads(path) {
        writeln!(out, "# This is not read unless it is named on the command line.")?;
    }
    writeln!(out, "include-tests = {}", settings.include_tests)?;
    writeln!(out, "min-confidence = \"{}\"\n\n[rules]", name(settings.min_confidence(path)))?;
    for (rule, _) in RuleName::known().filter(|(name, _)| *name != config::ALL) {
        let level = serde_json::to_string(&settings.level(rule, path))?;
        writeln!(out, "{rule} = {level}")?;
    }
    Ok(())
}

pub(super) fn init(args: &InitArgs, console: &mut Console) -> io::Result<u8> {
    let path = args.folder.join(config::FILE);
    let made = std::fs::File::create_new(&path)
        .and_then(|mut file| io::Write::write_all(&mut file, config::TEMPLATE.as_bytes()));
    match made {
        Ok(()) => {
            writeln!(console.out, "{} is written.", path.display())?;
            console.out.flush()?;
            Ok(CLEAN)
        }
        Err(error) => {
            console.complain(&format!("{}: {error}", path.display()));
            Ok(FAILED)
        }
    }
}
