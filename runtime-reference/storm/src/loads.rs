//! Downloads: slow, truncating and lying servers, every caller checks what it was given.

use crate::child::Answer;
use crate::herd::{Kills, Tally, drive};
use crate::{Setup, Verdict};
use runtime_reference::fetch::naive::{NaiveStore, Processes, Steal};
use runtime_reference::fetch::{Digest, Http, Locking, Opts, Request, Silent, Store};
use runtime_testkit::{Blob, Chance, Counts, Fault, Server, content};
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

const SIZE: usize = 2 << 20;
const SPEED: u64 = 16 << 20;

pub(crate) fn trusted(setup: &Setup) -> io::Result<Verdict> {
    form("fetch, trusted lock", "locked", true, setup)
}

pub(crate) fn unlocked(setup: &Setup) -> io::Result<Verdict> {
    form("fetch, no lock", "unlocked", false, setup)
}

pub(crate) fn twin_age(setup: &Setup) -> io::Result<Verdict> {
    twin("fetch twin, age", "age", setup)
}

pub(crate) fn twin_pid(setup: &Setup) -> io::Result<Verdict> {
    twin("fetch twin, pid", "pid", setup)
}

/// What one kind of rounds came to.
#[derive(Default)]
struct Sums {
    tally: Tally,
    rounds: u64,
    counts: Counts,
}

impl Sums {
    fn bytes_per_blob(&self) -> f64 {
        self.counts.bytes as f64 / (self.rounds.max(1) * SIZE as u64) as f64
    }

    fn show(&self) -> String {
        let t = self.tally;
        format!(
            "rounds {} kills {} right {} errors {} stuck {} GETs {} faults {} bytes/blob {:.3}",
            self.rounds,
            t.kills,
            t.right,
            t.errors,
            t.stuck,
            self.counts.gets,
            self.counts.faults,
            self.bytes_per_blob()
        )
    }
}

fn form(name: &'static str, variant: &str, cheap: bool, setup: &Setup) -> io::Result<Verdict> {
    let [honest, faulty] = rounds(variant, setup)?;
    let mut broken = Vec::new();
    for sums in [&honest, &faulty] {
        if sums.tally.errors + sums.tally.stuck > 0 {
            broken.push(format!("callers without an answer: {}", sums.show()));
        }
    }
    if cheap && honest.bytes_per_blob() > 1.05 {
        broken.push(format!("{:.3} bytes per blob with an honest server", honest.bytes_per_blob()));
    }
    let faults = faulty.counts.faults as f64 / faulty.rounds.max(1) as f64;
    if cheap && faulty.bytes_per_blob() > 1.05 + faults {
        broken.push(format!("{:.3} bytes per blob, {faults:.2} faults", faulty.bytes_per_blob()));
    }
    Ok(Verdict {
        name,
        twin: false,
        wrong: honest.tally.wrong + faulty.tally.wrong,
        broken,
        numbers: format!("honest: {}; faulty: {}", honest.show(), faulty.show()),
    })
}

fn twin(name: &'static str, variant: &str, setup: &Setup) -> io::Result<Verdict> {
    let [honest, faulty] = rounds(variant, setup)?;
    Ok(Verdict {
        name,
        twin: true,
        wrong: honest.tally.wrong + faulty.tally.wrong,
        broken: Vec::new(),
        numbers: format!("honest: {}; faulty: {}", honest.show(), faulty.show()),
    })
}

/// Every second round the server misbehaves.
fn rounds(variant: &str, setup: &Setup) -> io::Result<[Sums; 2]> {
    let mut chance = Chance::new(setup.seed);
    let server = Server::start()?;
    let mut sums = [Sums::default(), Sums::default()];
    for round in 0..setup.rounds {
        let folder = tempfile::tempdir()?;
        let bytes = content(setup.seed ^ (round << 20), SIZE);
        let digest = Digest::of(&bytes);
        let path = format!("/{variant}/{round}");
        let mut blob = Blob::new(bytes);
        blob.speed = SPEED;
        let faulty = round % 2 == 1;
        if faulty {
            blob.faults = faults(&mut chance);
        }
        server.put(&path, blob);
        let args = [
            "fetch".to_owned(),
            variant.to_owned(),
            folder.path().display().to_string(),
            server.url(&path),
            digest.to_string(),
        ];
        let kills = Kills { one_in: 4, within: 150 };
        let sum = &mut sums[usize::from(faulty)];
        sum.tally.add(drive(&args, setup.processes, kills, &mut chance)?);
        sum.rounds += 1;
        let counts = server.counts(&path);
        sum.counts.gets += counts.gets;
        sum.counts.faults += counts.faults;
        sum.counts.bytes += counts.bytes;
    }
    Ok(sums)
}

/// One fault or two, of which at most one is a lie: a server that lies to one
/// caller twice is given up by design, and that is an error.
fn faults(chance: &mut Chance) -> VecDeque<Fault> {
    let first = fault(chance);
    let mut faults = VecDeque::from([first]);
    if chance.below(2) == 1 {
        let lies = |fault| matches!(fault, Fault::HalfLength | Fault::WrongBytes | Fault::LyingRange);
        let mut second = fault(chance);
        while lies(first) && lies(second) {
            second = fault(chance);
        }
        faults.push_back(second);
    }
    faults
}

fn fault(chance: &mut Chance) -> Fault {
    let at = chance.below(SIZE as u64);
    match chance.below(9) {
        0 => Fault::Status(503),
        1 => Fault::CloseAtOnce,
        2 => Fault::CutAt(at),
        3 => Fault::StallAt(at, Duration::from_millis(700)),
        4 => Fault::HalfLength,
        5 => Fault::WrongBytes,
        6 => Fault::IgnoreRange,
        7 => Fault::LyingRange,
        _ => Fault::WrongRange,
    }
}

pub(crate) fn child(args: &[&str]) -> Answer {
    let [variant, folder, url, digest] = args else {
        return Err("fetch: variant, folder, url, digest".into());
    };
    let digest = Digest::parse(digest).ok_or("a bad digest")?;
    let source = Http { stall: Duration::from_millis(400), connect: Duration::from_secs(10) };
    let steal = match *variant {
        "age" => Some(Steal::Age(Duration::from_millis(100))),
        "pid" => Some(Steal::DeadOwner(Processes::here())),
        _ => None,
    };
    let path = match steal {
        Some(steal) => {
            let store = NaiveStore { folder: folder.into(), steal, deadline: Duration::from_secs(20) };
            store.fetch(url, "model", &source)?
        }
        None => {
            let locking = match *variant {
                "unlocked" => Locking::Never,
                _ => Locking::Auto,
            };
            let opts = Opts { locking, retries: 6, backoff: Duration::from_millis(5), ..Opts::default() };
            let request = Request::new(*url).digest(digest).name("model")?;
            Store::open(*folder, opts)?.fetch(&request, &source, &mut Silent)?.path
        }
    };
    // Each caller looks for itself: a right file at the end would prove little.
    Ok(Digest::of(&std::fs::read(path)?) == digest)
}
