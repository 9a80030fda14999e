//! Tables, as markdown in the README and as plots beside it.

use crate::{Outcome, plot};
use std::path::{Path, PathBuf};

/// A table with one bar plot.
pub(crate) struct Table {
    /// The plot's file name.
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<(String, Vec<f64>)>,
    /// The column that is drawn, and in what unit.
    pub(crate) drawn: usize,
    pub(crate) unit: &'static str,
    /// What to know when reading it.
    pub(crate) note: String,
}

impl Table {
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("### {}\n\n| |", self.title);
        for column in &self.columns {
            text += &format!(" {column} |");
        }
        text += "\n| --- |";
        text += &" ---: |".repeat(self.columns.len());
        for (name, values) in &self.rows {
            text += &format!("\n| {name} |");
            for value in values {
                text += &format!(" {} |", number(*value));
            }
        }
        text += "\n";
        if !self.note.is_empty() {
            text += &format!("\n{}\n", self.note);
        }
        text
    }
}

/// Three significant digits, and thousands apart.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    let digits = match value.abs() {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v < 0.1 => 4,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && digit != '-' {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match rest {
        Some(rest) => format!("{grouped}.{rest}"),
        None => grouped,
    }
}

const BEGIN: &str = "<!-- bench: written by runtime-bench -->";
const END: &str = "<!-- bench: end -->";

/// Puts the tables between the README's markers, and the plots into `plots/`.
pub(crate) fn write(tables: &[Table]) -> Outcome<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = root.join("README.md");
    let text = std::fs::read_to_string(&readme)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("README.md has no place for the bench")?;
    let (_, after) = rest.split_once(END).ok_or("README.md has no end of the bench")?;
    let mut middle = format!("{BEGIN}\n\n{}\n\n", machine());
    std::fs::create_dir_all(root.join("plots"))?;
    for table in tables {
        middle += &table.markdown();
        middle += &format!("\n![{}](plots/{}.svg)\n\n", table.title, table.name);
        let path = root.join(Path::new("plots")).join(format!("{}.svg", table.name));
        std::fs::write(path, plot::bars(table))?;
    }
    let text = format!("{before}{middle}{END}{after}");
    runtime_reference::replace::replace(&readme, text.as_bytes(), runtime_reference::replace::Durability::Visible)?;
    Ok(())
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    format!(
        "One run on {cores} cores, {system}. The machine had other work to do; ratios within a table are meant, not times across tables."
    )
}
