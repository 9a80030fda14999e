//! A cold start of many processes: errors, GETs, bytes, time; other crates where they were built.

use crate::Outcome;
use crate::measure::{milliseconds, percentile};
use crate::report::Table;
use runtime_reference::fetch::naive::{NaiveStore, Steal};
use runtime_reference::fetch::{Digest, Http, Opts, Request, Silent, Store};
use runtime_reference::replace::Durability;
use runtime_testkit::{Blob, Counts, Server, content};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const SIZE: usize = 8 << 20;
const PROCESSES: [u64; 4] = [1, 6, 16, 64];
const PATH: &str = "/org/m/resolve/main/model";

struct Way {
    name: &'static str,
    /// The program, and the word that tells it what to do.
    program: PathBuf,
    word: &'static str,
}

fn ways() -> Outcome<Vec<Way>> {
    let own = std::env::current_exe()?;
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers/target/release/runtime-peers");
    let mut ways = vec![
        Way { name: "ours", program: own.clone(), word: "ours" },
        Way { name: "ours, no sync", program: own.clone(), word: "unsynced" },
        Way { name: "twin, stolen by age", program: own, word: "twin" },
    ];
    if peers.exists() {
        ways.push(Way { name: "cached-path 0.10", program: peers.clone(), word: "cached-path" });
        ways.push(Way { name: "hf-hub 0.5", program: peers, word: "hf-hub" });
    }
    Ok(ways)
}

pub(crate) fn processes() -> Outcome<Table> {
    let (ways, mut rows) = (ways()?, Vec::new());
    for count in PROCESSES {
        for (speed, time) in [(0, "fast"), (4 << 20, "2 s")] {
            for (way, values) in ways.iter().zip(in_turns(&ways, count, speed)?) {
                rows.push((format!("{}, N = {count}, {time}", way.name), values));
            }
        }
    }
    for way in &ways {
        let values = killed(way)?;
        rows.push((format!("{}, killed at 60 %, then again", way.name), values));
    }
    Ok(Table {
        name: "fetch-cold",
        title: "Fetch: cold start of many processes, 8 MiB".to_owned(),
        columns: vec![
            "right".to_owned(),
            "errors".to_owned(),
            "wrong".to_owned(),
            "GETs".to_owned(),
            "bytes per blob".to_owned(),
            "p50 ms".to_owned(),
            "last ms".to_owned(),
        ],
        rows,
        drawn: 6,
        unit: "lower is better",
        note: "Rounds are run in turns: counts are means over them, times medians. The other crates neither sync nor check a digest. hf-hub asks for the head of the file by a GET of one byte. Times include the start of the process; every process compares its file with a right copy.".to_owned(),
    })
}

/// A server of one file, a folder for caches of it, and what its callers know of it.
struct Origin {
    server: Server,
    folder: tempfile::TempDir,
    digest: Digest,
}

fn serve(speed: u64) -> Outcome<Origin> {
    let folder = tempfile::tempdir()?;
    let bytes = content(3, SIZE);
    let digest = Digest::of(&bytes);
    std::fs::write(folder.path().join("right"), &bytes)?;
    std::fs::create_dir(folder.path().join("cache"))?;
    let mut blob = Blob::new(bytes);
    // As the hub does: the tag is the file's digest.
    blob.etag = "\"d0\"".to_owned();
    blob.speed = speed;
    let server = Server::start()?;
    server.put(PATH, blob);
    Ok(Origin { server, folder, digest })
}

fn start(way: &Way, origin: &Origin) -> Outcome<Child> {
    let mut command = Command::new(&way.program);
    if way.program == std::env::current_exe()? {
        command.args(["child", &origin.digest.to_string()]);
    }
    let folder = origin.folder.path();
    command
        .args([way.word, &origin.server.url(""), "org/m", "model"])
        .arg(folder.join("cache"))
        .arg(folder.join("right"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command.spawn()?)
}

/// Every way, again and again; less often where many wait for a slow server.
fn in_turns(ways: &[Way], count: u64, speed: u64) -> Outcome<Vec<Vec<f64>>> {
    let rounds = match (count, speed) {
        (64, _) => 1,
        (_, 0) => 9,
        _ => 3,
    };
    let mut runs = vec![Vec::new(); ways.len()];
    for _ in 0..rounds {
        for (way, runs) in ways.iter().zip(&mut runs) {
            runs.push(cold(way, count, speed)?);
        }
    }
    Ok(runs.iter().map(|runs| summed(runs)).collect())
}

/// Means of the counts, so that every error shows; medians of the times.
fn summed(runs: &[Vec<f64>]) -> Vec<f64> {
    let column = |at: usize| runs.iter().map(move |run| run[at]);
    let mean = |at: usize| column(at).sum::<f64>() / runs.len() as f64;
    let median = |at: usize| {
        let mut values: Vec<f64> = column(at).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let times = runs[0].len() - 2;
    (0..times).map(mean).chain((times..times + 2).map(median)).collect()
}

fn cold(way: &Way, count: u64, speed: u64) -> Outcome<Vec<f64>> {
    let origin = serve(speed)?;
    let begin = Instant::now();
    let mut running = Vec::new();
    for _ in 0..count {
        running.push(start(way, &origin)?);
    }
    let (mut right, mut errors, mut wrong) = (0.0, 0.0, 0.0);
    let mut times = Vec::new();
    while !running.is_empty() {
        let mut still = Vec::new();
        for mut child in running {
            match child.try_wait()?.map(|status| status.code()) {
                None => still.push(child),
                Some(code) => {
                    times.push(begin.elapsed());
                    match code {
                        Some(0) => right += 1.0,
                        Some(3) => wrong += 1.0,
                        _ => errors += 1.0,
                    }
                }
            }
        }
        running = still;
        std::thread::sleep(Duration::from_millis(2));
    }
    let mut values = vec![right, errors, wrong];
    values.extend(counted(origin.server.counts(PATH)));
    values.push(milliseconds(percentile(&mut times, 0.5)));
    values.push(milliseconds(percentile(&mut times, 1.0)));
    Ok(values)
}

/// One process, killed when 60 % was sent; then another: bytes for one file.
fn killed(way: &Way) -> Outcome<Vec<f64>> {
    let origin = serve(4 << 20)?;
    let begin = Instant::now();
    let mut first = start(way, &origin)?;
    while origin.server.counts(PATH).bytes < SIZE as u64 * 6 / 10 {
        std::thread::sleep(Duration::from_millis(2));
    }
    first.kill()?;
    first.wait()?;
    let status = start(way, &origin)?.wait()?;
    let is = |code| f64::from(u8::from(status.code() == Some(code)));
    let mut values = vec![is(0), is(4), is(3)];
    values.extend(counted(origin.server.counts(PATH)));
    values.extend([f64::NAN, milliseconds(begin.elapsed())]);
    Ok(values)
}

fn counted(counts: Counts) -> [f64; 2] {
    [counts.gets as f64, counts.bytes as f64 / SIZE as f64]
}

/// One fetch in a process of its own; the exit code is as that of the other crates' program.
pub(crate) fn child(args: &[String]) -> ExitCode {
    match fetch(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(3),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(4)
        }
    }
}

fn fetch(args: &[String]) -> Outcome<bool> {
    let [digest, word, server, repo, file, folder, right] = args else {
        return Err("child: digest, word, server, repo, file, folder, right copy".into());
    };
    let url = format!("{server}/{repo}/resolve/main/{file}");
    let right = std::fs::read(right)?;
    let path = match word.as_str() {
        "twin" => NaiveStore {
            folder: folder.into(),
            steal: Steal::Age(Duration::from_secs(1)),
            deadline: Duration::from_secs(30),
        }
        .fetch(&url, file, &Http::default())?,
        word => {
            let durability = match word {
                "unsynced" => Durability::Visible,
                _ => Durability::Durable,
            };
            let opts = Opts { durability, ..Opts::default() };
            let request = Request::new(url).sha256(digest)?.name(file.as_str())?;
            let store = Store::open(folder, opts)?;
            store.fetch(&request, &Http::default(), &mut Silent)?.path
        }
    };
    Ok(std::fs::read(path)? == right)
}
