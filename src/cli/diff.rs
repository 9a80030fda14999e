//! `racelint check --diff-from OLD NEW`: what two JSON reports tell apart.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::args::OutputArgs;
use super::{CLEAN, Console, FAILED, FOUND};
use crate::baseline::{Known, pair};
use crate::report::{Format, clean};

pub(super) fn run(old: &Path, new: &Path, output: &OutputArgs, console: &mut Console) -> io::Result<u8> {
    let reports = read(old).and_then(|old| Ok((old, read(new)?)));
    let (old, new) = match reports {
        Ok(reports) => reports,
        Err(message) => {
            console.complain(&message);
            return Ok(FAILED);
        }
    };
    let pairs = pair(&known(&old), &known(&new));
    let is_new = |index: &usize| pairs[*index].is_none();
    let (introduced, persisting): (Vec<usize>, Vec<usize>) = (0..new.len()).partition(is_new);
    let fixed: Vec<usize> = (0..old.len()).filter(|index| !pairs.contains(&Some(*index))).collect();
    let of = |findings: &[Value], indices: &[usize]| -> Vec<Value> {
        indices.iter().map(|i| findings[*i].clone()).collect()
    };
    let groups =
        [("introduced", of(&new, &introduced)), ("fixed", of(&old, &fixed)), ("persisting", of(&new, &persisting))];
    let fails = groups[0].1.iter().any(|finding| finding["severity"] == "error");
    if output.format.iter().any(|output| output.format == Format::Json) {
        let object: serde_json::Map<String, Value> =
            groups.into_iter().map(|(name, findings)| (name.to_owned(), json!(findings))).collect();
        writeln!(console.out, "{}", serde_json::to_string_pretty(&object)?)?;
    } else {
        for (name, findings) in &groups {
            for finding in findings.iter().filter(|_| *name != "persisting") {
                writeln!(console.out, "{name}: {}", line(finding))?;
            }
        }
        let counts = groups.each_ref().map(|(name, findings)| format!("{} {name}", findings.len()));
        writeln!(console.out, "{}.", counts.join(", "))?;
    }
    console.out.flush()?;
    Ok(if fails { FOUND } else { CLEAN })
}

fn read(path: &Path) -> Result<Vec<Value>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    let report: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    match report["findings"].as_array() {
        Some(findings) if report["version"] == 1 => Ok(findings.clone()),
        _ => Err(failed(&"is no report that racelint has written with --format json")),
    }
}

fn known(findings: &[Value]) -> Vec<Known<'_>> {
    findings
        .iter()
        .map(|finding| Known {
            path: finding["path"].as_str().unwrap_or_default(),
            fingerprint: finding["fingerprint"].as_str().unwrap_or_default(),
        })
        .collect()
}

fn line(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let line = &finding["span"]["start"]["line"];
    clean(&format!("{}:{line}: {}[{}] {}", text("path"), text("severity"), text("rule"), text("message"))).into_owned()
}
