//! Pages: what the site is made of. All of it is generated from what is true of the program: the rules' own pages, the
//! schema of the configuration, the arguments; and `docs/`.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use racelint::rules::{Family, RULES};
use serde_json::Value;

/// The pages of `docs/` in the order of the guide, each with its title in the list.
const GUIDE: [(&str, &str); 6] = [
    ("install.md", "Installing"),
    ("suppressions.md", "Suppressions"),
    ("fixes.md", "Fixes"),
    ("ci.md", "Hooks and build servers"),
    ("how-it-decides.md", "How it decides"),
    ("comparison.md", "Comparison"),
];

/// Writes `book.toml` and everything under `src/`.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = folder.join("src");
    for folder in ["docs", "rules", "reference"] {
        fs::create_dir_all(out.join(folder))?;
    }
    fs::copy(top.join("docs/site/book.toml"), folder.join("book.toml"))?;
    fs::write(out.join("introduction.md"), introduction(include_str!("../../README.md")))?;
    for page in guide(top)? {
        fs::copy(top.join("docs").join(&page), out.join("docs").join(&page))?;
    }
    for rule in RULES {
        fs::write(out.join(format!("rules/{}.md", rule.id)), of_rule(rule.id, rule.page))?;
    }
    fs::write(out.join("rules/index.md"), rules_index())?;
    fs::write(out.join("reference/configuration.md"), configuration())?;
    fs::write(out.join("reference/command-line.md"), command_line())?;
    fs::write(out.join("SUMMARY.md"), summary(top)?)
}

/// Every page of `docs/`: those of [`GUIDE`], then what else is there.
fn guide(top: &Path) -> io::Result<Vec<String>> {
    let mut others = Vec::new();
    for entry in fs::read_dir(top.join("docs"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && !GUIDE.iter().any(|(page, _)| *page == name) {
            others.push(name);
        }
    }
    others.sort();
    Ok(GUIDE.iter().map(|(page, _)| (*page).to_owned()).chain(others).collect())
}

fn summary(top: &Path) -> io::Result<String> {
    let mut text = "# Summary\n\n[racelint](introduction.md)\n\n# Guide\n\n".to_owned();
    for page in guide(top)? {
        let title = match GUIDE.iter().find(|(name, _)| *name == page) {
            Some((_, title)) => (*title).to_owned(),
            None => title(&fs::read_to_string(top.join("docs").join(&page))?),
        };
        let _ = writeln!(text, "- [{title}](docs/{page})");
    }
    text.push_str("\n# Reference\n\n- [Command line](reference/command-line.md)\n");
    text.push_str("- [Configuration](reference/configuration.md)\n- [Rules](rules/index.md)\n");
    for rule in RULES {
        let _ = writeln!(text, "  - [{0}](rules/{0}.md)", rule.id);
    }
    Ok(text)
}

/// The first heading of a page.
fn title(page: &str) -> String {
    page.lines().next().unwrap_or_default().trim_start_matches('#').trim().to_owned()
}

/// The README, with its links as they are on the site.
fn introduction(readme: &str) -> String {
    readme.replace("/README.md)", ".md)").lines().filter(|line| !line.starts_with("<!--")).fold(
        String::new(),
        |mut text, line| {
            text.push_str(&without_links(line, "](runtime-reference"));
            text.push('\n');
            text
        },
    )
}

/// The line with links that begin so as plain names: where they lead is no part of the site.
fn without_links(line: &str, begin: &str) -> String {
    match line.split_once(begin) {
        Some((before, after)) => {
            let rest = after.split_once(')').map_or("", |(_, rest)| rest);
            let (front, name) = before.rsplit_once('[').unwrap_or(("", before));
            format!("{front}{name}{}", without_links(rest, begin))
        }
        None => line.to_owned(),
    }
}

/// A rule's page with its metadata in front, and without the marks that only tests read.
fn of_rule(id: &str, page: &str) -> String {
    let meta = racelint::rules::find(id).map(|rule| rule.meta());
    let mut text = String::new();
    for (number, line) in page.lines().enumerate() {
        let mark = line.trim_start().strip_prefix("//").is_some_and(|rest| rest.trim_start_matches('^') == " finding");
        if !mark {
            let _ = writeln!(text, "{}", without_links(line, "](../../"));
        }
        if let (0, Some(meta)) = (number, meta) {
            let languages: Vec<String> = meta.languages.iter().map(|language| format!("{language:?}")).collect();
            let _ = writeln!(
                text,
                "\n| severity | languages | about | since |\n|---|---|---|---|\n| {} | {} | {} | {} |",
                meta.severity,
                languages.join(", "),
                about(meta.family),
                meta.since
            );
        }
    }
    text
}

fn about(family: Family) -> &'static str {
    match family {
        Family::AsyncState => "state over waits",
        Family::Locks => "locks",
        Family::Files => "files and processes",
        Family::Database => "databases and services",
    }
}

fn rules_index() -> String {
    let mut text = "# Rules\n\n| rule | severity | about | what it flags |\n|---|---|---|---|\n".to_owned();
    for rule in RULES {
        let meta = rule.meta();
        let about = about(meta.family);
        let _ = writeln!(text, "| [{0}]({0}.md) | {1} | {about} | {2} |", rule.id, meta.severity, meta.summary);
    }
    text
}

/// The keys of the configuration, from its schema.
fn configuration() -> String {
    let schema: Value = serde_json::from_str(&racelint::config::schema()).unwrap_or_default();
    let mut text = "# Configuration\n\n".to_owned();
    let _ = writeln!(text, "{}\n", said(&schema));
    keys(&mut text, &schema);
    for (name, part) in schema["$defs"].as_object().into_iter().flatten() {
        let _ = writeln!(text, "\n## {name}\n\n{}\n", said(part));
        keys(&mut text, part);
        let words = part["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let choices = part["oneOf"].as_array().into_iter().flatten();
        for (word, about) in words
            .map(|word| (word, String::new()))
            .chain(choices.filter_map(|choice| Some((choice["const"].as_str()?, said(choice)))))
        {
            let _ = writeln!(text, "- `\"{word}\"` {about}");
        }
    }
    text
}

fn keys(text: &mut String, part: &Value) {
    let Some(keys) = part["properties"].as_object() else { return };
    text.push_str("| key | kind | what it says |\n|---|---|---|\n");
    for (name, key) in keys {
        let _ = writeln!(text, "| `{name}` | {} | {} |", kind(key), said(key));
    }
}

fn said(part: &Value) -> String {
    part["description"].as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|")
}

/// In words: `list of text`, `Level`.
fn kind(key: &Value) -> String {
    let named = |part: &Value| part["$ref"].as_str().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    let one = |word: &str| match word {
        "string" => "text".to_owned(),
        "array" => format!("list of {}", kind(&key["items"])),
        "object" if key["properties"].is_object() => "table".to_owned(),
        "object" => format!("table of {}", kind(&key["additionalProperties"])),
        word => word.to_owned(),
    };
    if let Some(name) = named(key).or_else(|| key["anyOf"].as_array()?.iter().find_map(named)) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    match &key["type"] {
        Value::String(word) => one(word),
        Value::Array(words) => {
            let words = words.iter().filter_map(Value::as_str).filter(|word| *word != "null");
            words.map(one).collect::<Vec<_>>().join(" or ")
        }
        _ => String::new(),
    }
}

/// Every command with its arguments, as `--help` says them.
fn command_line() -> String {
    let mut command = racelint::cli::command();
    command.build();
    let mut text = format!("# Command line\n\n{}\n", command.get_about().map(ToString::to_string).unwrap_or_default());
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "\n## racelint {}\n\n{about}.\n", command.get_name());
        let mut shown = command.clone().term_width(100);
        let usage = shown.render_usage().to_string();
        let _ = writeln!(text, "```text\n{usage}\n```\n\n| argument | what it does |\n|---|---|",);
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let _ = writeln!(text, "| `{}` | {} |", name(argument), about_argument(argument));
        }
    }
    text
}

fn name(argument: &clap::Arg) -> String {
    let values = argument.get_value_names().unwrap_or_default();
    let values: Vec<String> = values.iter().map(|value| format!("<{value}>")).collect();
    let takes = argument.get_action().takes_values();
    let flags =
        [argument.get_short().map(|short| format!("-{short}")), argument.get_long().map(|long| format!("--{long}"))];
    let mut words: Vec<String> = vec![flags.into_iter().flatten().collect::<Vec<_>>().join(", ")];
    words.extend(values.into_iter().filter(|_| takes));
    words.join(" ").trim().replace('|', "\\|")
}

fn about_argument(argument: &clap::Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let choices: Vec<String> =
        argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    // The names of all rules are on a page of their own.
    if (1..=8).contains(&choices.len()) && argument.get_action().takes_values() {
        let _ = write!(text, " ({})", choices.join(", "));
    }
    text.replace('\n', " ").replace('|', "\\|")
}
