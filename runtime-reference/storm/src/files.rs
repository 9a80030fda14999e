//! File replacement: writers that are killed, readers that check, editors that count.

use crate::child::Answer;
use crate::herd::{Kills, drive};
use crate::{Setup, Verdict};
use runtime_reference::replace::{Durability, naive, replace as replace_file, update as update_file};
use runtime_testkit::{Chance, content};
use std::error::Error;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const LEN: usize = 60_000;
const EDITS: u64 = 1000;

pub(crate) fn replace(setup: &Setup) -> io::Result<Verdict> {
    readers("replace", "replace", false, setup)
}

pub(crate) fn twin_replace(setup: &Setup) -> io::Result<Verdict> {
    readers("replace twin, in place", "in-place", true, setup)
}

/// Writers are killed again and again; readers look all the while.
fn readers(name: &'static str, variant: &str, twin: bool, setup: &Setup) -> io::Result<Verdict> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("settings.toml");
    replace_file(&path, &content(0, LEN), Durability::Visible)?;
    let file = path.display().to_string();
    let time = (setup.rounds * 25).clamp(400, 5000);
    let args = ["files".to_owned(), "write".to_owned(), variant.to_owned(), file.clone(), time.to_string()];
    let mut chance = Chance::new(setup.seed);
    let reader = start(&["read", &file, &(time + 200).to_string()])?;
    let kills = Kills { one_in: 2, within: time };
    let tally = drive(&args, setup.processes.min(4), kills, &mut chance)?;
    let output = reader.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut counts = text.split_whitespace().map(|word| word.parse().unwrap_or(0));
    let (reads, bad): (u64, u64) = (counts.next().unwrap_or(0), counts.next().unwrap_or(0));
    let mut broken = Vec::new();
    if reads == 0 || tally.errors > 0 {
        broken.push(format!("{reads} reads, {} writers failed", tally.errors));
    }
    Ok(Verdict { name, twin, wrong: bad, broken, numbers: format!("reads {reads} kills {}", tally.kills) })
}

pub(crate) fn update(setup: &Setup) -> io::Result<Verdict> {
    edits("update", "update", false, setup)
}

pub(crate) fn twin_update(setup: &Setup) -> io::Result<Verdict> {
    edits("update twin", "naive-update", true, setup)
}

/// Two editors count in one file.
fn edits(name: &'static str, variant: &str, twin: bool, setup: &Setup) -> io::Result<Verdict> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("count");
    std::fs::write(&path, "0")?;
    let args = ["files".to_owned(), "edit".to_owned(), variant.to_owned(), path.display().to_string()];
    let kills = Kills { one_in: 0, within: 0 };
    let tally = drive(&args, 2, kills, &mut Chance::new(setup.seed))?;
    let text = std::fs::read_to_string(&path)?;
    let count: u64 = text.trim().parse().unwrap_or(0);
    let broken = match tally.right {
        2 => Vec::new(),
        _ => vec![format!("{} editors failed", tally.errors + tally.stuck)],
    };
    Ok(Verdict {
        name,
        twin,
        wrong: (2 * EDITS).abs_diff(count),
        broken,
        numbers: format!("edits {} counted {count}", 2 * EDITS),
    })
}

fn start(args: &[&str]) -> io::Result<Child> {
    Command::new(std::env::current_exe()?).args(["child", "files"]).args(args).stdout(Stdio::piped()).spawn()
}

pub(crate) fn child(args: &[&str]) -> Answer {
    match args {
        ["write", variant, path, time] => write(variant, Path::new(path), time.parse()?),
        ["read", path, time] => read(Path::new(path), time.parse()?),
        ["edit", variant, path] => edit(variant, Path::new(path)),
        _ => Err("files: write, read or edit".into()),
    }
}

/// Contents are made from one byte, so that every reader can judge them.
fn write(variant: &str, path: &Path, time: u64) -> Answer {
    let put: fn(&Path, &[u8]) -> io::Result<()> = match variant {
        "replace" => |path, bytes| replace_file(path, bytes, Durability::Durable),
        _ => |path, bytes| naive::save_in_place(path.parent().unwrap_or(path), bytes),
    };
    let end = Instant::now() + Duration::from_millis(time);
    let mut seed = u64::from(std::process::id());
    while Instant::now() < end {
        seed = (seed + 1) % 200;
        put(path, &content(seed, LEN))?;
    }
    Ok(true)
}

fn read(path: &Path, time: u64) -> Answer {
    let known: Vec<Vec<u8>> = (0..200).map(|seed| content(seed, LEN)).collect();
    let end = Instant::now() + Duration::from_millis(time);
    let (mut reads, mut bad) = (0_u64, 0_u64);
    while Instant::now() < end {
        reads += 1;
        let whole = std::fs::read(path).is_ok_and(|bytes| {
            let same = |all: &&Vec<u8>| all.get(..8) == bytes.get(..8);
            known.iter().find(same).is_some_and(|all| *all == bytes)
        });
        bad += u64::from(!whole);
    }
    println!("{reads} {bad}");
    Ok(bad == 0)
}

fn edit(variant: &str, path: &Path) -> Answer {
    let edit: fn(&Path) -> Result<(), Box<dyn Error + Send + Sync>> = match variant {
        "update" => |path| Ok(update_file(path, Durability::Visible, add)?),
        _ => |path| Ok(naive::update(path, add)?),
    };
    for _ in 0..EDITS {
        edit(path)?;
    }
    Ok(true)
}

fn add(old: &[u8]) -> Vec<u8> {
    let count: u64 = String::from_utf8_lossy(old).trim().parse().unwrap_or(0);
    (count + 1).to_string().into_bytes()
}
