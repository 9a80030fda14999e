//! D1 to D11 against a server that misbehaves on demand, and the stores that steal.

use runtime_reference::fetch::naive::{NaiveStore, Processes, Steal};
use runtime_reference::fetch::{
    Bar, CancelToken, Digest, Event, Fetch, FetchError, Get, Http, LockTrust, Locking, Opts, Outcome, Patience,
    Request, Response, Silent, SourceError, Store, Verify,
};
use runtime_reference::os::{Os, StdOs};
use runtime_testkit::{Blob, Fault, Server, content};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

const SIZE: usize = 300_000;

fn quick() -> Opts {
    Opts { backoff: Duration::from_millis(1), ..Opts::default() }
}

fn http() -> Http {
    Http { stall: Duration::from_millis(150), connect: Duration::from_secs(5) }
}

struct Room {
    folder: tempfile::TempDir,
    server: Server,
    bytes: Vec<u8>,
}

impl Room {
    fn new(faults: &[Fault]) -> Self {
        let room =
            Room { folder: tempfile::tempdir().unwrap(), server: Server::start().unwrap(), bytes: content(1, SIZE) };
        let mut blob = Blob::new(room.bytes.clone());
        blob.faults = faults.iter().copied().collect();
        room.server.put("/m", blob);
        room
    }

    fn store(&self, opts: Opts) -> Store {
        Store::open(self.folder.path(), opts).unwrap()
    }

    fn request(&self) -> Request {
        Request::new(self.server.url("/m")).digest(Digest::of(&self.bytes)).name("model").unwrap()
    }

    fn fetch(&self, opts: Opts) -> Result<Outcome, FetchError> {
        let fetched = self.store(opts).fetch(&self.request(), &http(), &mut Silent)?;
        assert_eq!(std::fs::read(&fetched.path).unwrap(), self.bytes, "wrong bytes");
        Ok(fetched.how)
    }

    fn names(&self) -> Vec<String> {
        StdOs.names(self.folder.path()).unwrap()
    }

    /// Leaves what a process killed after `len` bytes leaves.
    fn leave_part(&self, bytes: &[u8]) {
        let etag: String = b"\"v1\"".iter().map(|b| format!("{b:02x}")).collect();
        let name = format!("model.{etag}.1-2-3.part");
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }
}

#[test]
fn a_file_is_downloaded_once_and_then_hit() {
    let room = Room::new(&[]);
    assert_eq!(room.fetch(quick()).unwrap(), Outcome::Downloaded);
    assert_eq!(room.fetch(quick()).unwrap(), Outcome::Hit);
    let counts = room.server.counts("/m");
    assert_eq!((counts.gets, counts.bytes), (1, SIZE as u64));
    assert_eq!(room.names(), ["model", "model.lock"]);
}

#[test]
fn a_hit_is_verified_and_a_damaged_file_is_replaced() {
    let room = Room::new(&[]);
    let store = room.store(quick());
    for how in [Outcome::Downloaded, Outcome::Hit, Outcome::Hit] {
        assert_eq!(store.fetch(&room.request(), &http(), &mut Silent).unwrap().how, how);
    }
    let mut damaged = room.bytes.clone();
    damaged[SIZE / 2] ^= 1;
    std::fs::write(room.folder.path().join("model"), damaged).unwrap();
    let again = store.fetch(&room.request(), &http(), &mut Silent).unwrap();
    assert_eq!(again.how, Outcome::Downloaded);
    assert_eq!(std::fs::read(again.path).unwrap(), room.bytes);
}

#[test]
fn without_a_digest_what_was_received_is_recorded_and_held_to() {
    let room = Room::new(&[]);
    let request = Request::new(room.server.url("/m")).name("plain").unwrap();
    let fetch = || room.store(quick()).fetch(&request, &http(), &mut Silent).unwrap();
    assert_eq!(fetch().how, Outcome::Downloaded);
    assert_eq!(fetch().how, Outcome::Hit);
    std::fs::write(fetch().path, "damaged").unwrap();
    assert_eq!(fetch().how, Outcome::Downloaded);
    assert_eq!(fetch().digest, Digest::of(&room.bytes));
}

/// D8: every fault, with and without something to resume, at most one transfer more.
#[test]
fn every_fault_is_survived_by_at_most_one_more_transfer() {
    let half = (SIZE / 2) as u64;
    let faults = [
        Fault::Status(503),
        Fault::CloseAtOnce,
        Fault::CutAt(0),
        Fault::CutAt(half),
        Fault::StallAt(half, Duration::from_millis(400)),
        Fault::HalfLength,
        Fault::TooLong,
        Fault::WrongBytes,
        Fault::IgnoreRange,
        Fault::WrongRange,
        Fault::LyingRange,
        Fault::RefuseRange,
        Fault::NoLength,
    ];
    for fault in faults {
        for left in [0, SIZE / 3, SIZE] {
            for locking in [Locking::Auto, Locking::Never] {
                let room = Room::new(&[fault]);
                if left > 0 {
                    room.leave_part(&room.bytes[..left]);
                }
                let case = format!("{fault:?}, {left} bytes left, {locking:?}");
                let opts = Opts { locking, ..quick() };
                let how = room.fetch(opts).unwrap_or_else(|error| panic!("{case}: {error}"));
                assert!(!matches!(how, Outcome::Hit | Outcome::Joined), "{case}: {how:?}");
                let counts = room.server.counts("/m");
                // One extra transfer; without a length nothing tells when it is too long.
                let longest = if fault == Fault::TooLong { 2 } else { 1 };
                let most = ((1 + longest) * SIZE) as u64;
                assert!(counts.gets <= 2 && counts.bytes <= most, "{case}: {counts:?}");
            }
        }
    }
}

#[test]
fn a_server_that_only_lies_is_given_up_and_the_old_file_stays() {
    for lie in [Fault::WrongBytes, Fault::HalfLength, Fault::TooLong, Fault::GzipLabel] {
        let room = Room::new(&[lie; 10]);
        let target = room.folder.path().join("model");
        std::fs::write(&target, "the old file").unwrap();
        let error = room.fetch(quick()).unwrap_err();
        assert!(!error.is_transient(), "{lie:?}: {error}");
        assert_eq!(std::fs::read_to_string(target).unwrap(), "the old file");
        assert!(room.server.counts("/m").gets <= 2, "{lie:?}");
    }
}

#[test]
fn a_broken_server_is_tried_as_often_as_told() {
    let room = Room::new(&[Fault::Status(503); 10]);
    let error = room.fetch(Opts { retries: 3, ..quick() }).unwrap_err();
    assert!(matches!(error, FetchError::Source(SourceError::Status(503))), "{error}");
    assert!(error.is_transient());
    assert_eq!(room.server.counts("/m").gets, 4);
    let room = Room::new(&[Fault::Status(403); 10]);
    assert!(!room.fetch(quick()).unwrap_err().is_transient());
    assert_eq!(room.server.counts("/m").gets, 1);
    let room = Room::new(&[Fault::Garbage; 10]);
    assert!(room.fetch(quick()).is_err());
}

#[test]
fn a_cut_transfer_goes_on_where_it_was_cut() {
    let room = Room::new(&[Fault::CutAt(200_000), Fault::CutAt(50_000)]);
    let mut started = Vec::new();
    let mut progress = |event: &Event| {
        if let Event::Started { from, .. } = event {
            started.push(*from);
        }
    };
    room.store(quick()).fetch(&room.request(), &http(), &mut progress).unwrap();
    assert_eq!(started, [0, 200_000, 250_000]);
    assert_eq!(room.server.counts("/m").bytes, SIZE as u64);
}

/// D5
#[test]
fn what_a_killed_process_left_is_resumed_and_only_then_read_back() {
    for (locking, claims) in [(Locking::Auto, true), (Locking::Never, false)] {
        let room = Room::new(&[]);
        room.leave_part(&room.bytes[..100_000]);
        let how = room.fetch(Opts { locking, ..quick() }).unwrap();
        assert_eq!(how, Outcome::Resumed { from: 100_000 });
        assert_eq!(room.server.counts("/m").bytes, SIZE as u64 - 100_000);
        // Claimed by rename under a trusted lock; copied, and left alone, without one.
        let parts = room.names().iter().filter(|name| name.ends_with(".part")).count();
        assert_eq!(parts, usize::from(!claims));
    }
}

#[test]
fn a_damaged_left_over_costs_one_clean_transfer() {
    let room = Room::new(&[]);
    // As after a loss of power: the length survived, the bytes did not.
    room.leave_part(&vec![0; 100_000]);
    assert_eq!(room.fetch(quick()).unwrap(), Outcome::Downloaded);
    assert_eq!(room.server.counts("/m").gets, 2);
}

#[test]
fn a_left_over_of_another_version_is_not_mixed_in() {
    let room = Room::new(&[]);
    let other = content(9, SIZE);
    room.leave_part(&other[..100_000]);
    let mut blob = Blob::new(room.bytes.clone());
    blob.etag = "\"v2\"".to_owned();
    room.server.put("/m", blob);
    assert_eq!(room.fetch(quick()).unwrap(), Outcome::Downloaded);
    assert_eq!(room.server.counts("/m").gets, 1);
}

#[test]
fn a_version_that_changes_mid_way_is_not_mixed_in() {
    let room = Room::new(&[]);
    let mut blob = Blob::new(content(9, SIZE));
    blob.next = Some((Arc::new(room.bytes.clone()), "\"v2\"".to_owned()));
    blob.faults = [Fault::CutAt(100_000), Fault::NewVersion].into();
    room.server.put("/m", blob);
    assert_eq!(room.fetch(quick()).unwrap(), Outcome::Downloaded);
    assert_eq!(room.server.counts("/m").bytes, 100_000 + SIZE as u64);
}

#[test]
fn a_weak_or_missing_etag_is_not_resumed_on() {
    for etag in ["W/\"v1\"", ""] {
        let room = Room::new(&[]);
        let mut blob = Blob::new(room.bytes.clone());
        blob.etag = etag.to_owned();
        blob.faults = [Fault::CutAt(100_000)].into();
        room.server.put("/m", blob);
        assert_eq!(room.fetch(quick()).unwrap(), Outcome::Downloaded);
        assert_eq!(room.server.counts("/m").bytes, 100_000 + SIZE as u64);
    }
}

#[test]
fn read_back_verifies_too() {
    let room = Room::new(&[Fault::WrongBytes]);
    let opts = Opts { verify: Verify::ReadBack, ..quick() };
    assert_eq!(room.fetch(opts).unwrap(), Outcome::Downloaded);
}

/// D3 and D4
#[test]
fn many_callers_make_one_transfer_and_all_get_the_file() {
    let room = Room::new(&[]);
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..12).map(|_| scope.spawn(|| room.fetch(quick()).unwrap())).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    let downloads = outcomes.iter().filter(|how| **how == Outcome::Downloaded).count();
    assert_eq!(downloads, 1, "{outcomes:?}");
    assert_eq!(room.server.counts("/m").gets, 1);
}

/// D2: with no lock at all everybody gets the right bytes; it only costs transfers.
#[test]
fn without_a_lock_all_get_the_file_too() {
    let room = Room::new(&[Fault::CutAt(9), Fault::WrongBytes, Fault::CutAt(200_000)]);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| room.fetch(Opts { locking: Locking::Never, ..quick() }).unwrap());
        }
    });
    assert_eq!(room.fetch(quick()).unwrap(), Outcome::Hit);
}

#[test]
fn a_local_folder_has_locks_to_trust() {
    let room = Room::new(&[]);
    assert_eq!(room.store(quick()).lock_trust(), LockTrust::Local);
    assert!(room.names().is_empty(), "the probe must be gone");
}

/// D9: told, ended at the deadline, cancelled within 100 ms; the lock is not stolen.
#[test]
fn waiting_is_told_and_ends() {
    let room = Room::new(&[]);
    room.leave_part(&room.bytes[..1000]);
    let held = StdOs.try_lock(&room.folder.path().join("model.lock")).unwrap().unwrap();
    let patience = Patience {
        deadline: Duration::from_millis(1500),
        first_message: Duration::from_millis(50),
        next_message: Duration::from_millis(100),
    };
    let store = room.store(Opts { patience, ..quick() });
    let mut told = Vec::new();
    let mut progress = |event: &Event| told.push(event.clone());
    let error = store.fetch(&room.request(), &http(), &mut progress).unwrap_err();
    assert!(matches!(error, FetchError::Locked { .. }) && error.is_transient(), "{error}");
    assert!(told.len() >= 2, "{told:?}");
    assert!(matches!(told[0], Event::Waiting { leader_has: Some(1000), .. }), "{told:?}");

    ends_when_cancelled(&room, &http());
    assert_eq!(room.server.counts("/m").gets, 0);
    drop(held);
    assert!(room.fetch(quick()).is_ok());
}

#[test]
fn a_cancel_reaches_a_stalled_transfer() {
    let room = Room::new(&[Fault::StallAt(1000, Duration::from_secs(3)); TRIES]);
    ends_when_cancelled(&room, &Http::default());
}

/// How often the time is taken: a machine that has other work to do may be late, and not each time.
const TRIES: usize = 5;

/// A fetch that would go on for long ends within 100 ms of a cancel.
fn ends_when_cancelled(room: &Room, source: &Http) {
    let store = room.store(quick());
    let late = (0..TRIES).map(|_| {
        let cancel = CancelToken::new();
        std::thread::scope(|scope| {
            let fetch = scope.spawn(|| {
                let outcome = store.fetch_until(&room.request(), source, &mut Silent, &cancel);
                assert!(matches!(outcome, Err(FetchError::Cancelled)), "{outcome:?}");
                Instant::now()
            });
            std::thread::sleep(Duration::from_millis(200));
            let cancelled = Instant::now();
            cancel.cancel();
            fetch.join().unwrap() - cancelled
        })
    });
    let best = late.min().unwrap();
    assert!(best < Duration::from_millis(100), "{best:?}");
}

#[tokio::test]
async fn a_dropped_future_ends_the_download_and_the_next_resumes() {
    let room = Room::new(&[Fault::StallAt(100_000, Duration::from_secs(3))]);
    let source: Arc<dyn Fetch> = Arc::new(Http::default());
    let store = room.store(quick());
    let call = || store.fetch_async(room.request(), Arc::clone(&source), CancelToken::new());
    assert!(tokio::time::timeout(Duration::from_millis(200), call()).await.is_err());
    let fetched = call().await.unwrap();
    assert_eq!(fetched.how, Outcome::Resumed { from: 100_000 });
    assert_eq!(std::fs::read(fetched.path).unwrap(), room.bytes);
}

/// D10: opposite lists, one order, no deadlock.
#[test]
fn several_files_in_opposite_orders() {
    let room = Room::new(&[]);
    room.server.put("/n", Blob::new(room.bytes.clone()));
    let one = room.request();
    let two = Request::new(room.server.url("/n")).digest(Digest::of(&room.bytes)).name("another").unwrap();
    let (done, ended) = mpsc::channel();
    for list in [[one.clone(), two.clone()], [two, one]] {
        let (store, done) = (room.store(quick()), done.clone());
        std::thread::spawn(move || {
            for _ in 0..20 {
                let fetched = store.fetch_all(&list, &http(), &mut Silent).unwrap();
                assert!(fetched[0].path.ends_with(list[0].key()), "the list's order is kept");
            }
            done.send(()).unwrap();
        });
    }
    for _ in 0..2 {
        ended.recv_timeout(Duration::from_secs(10)).expect("a deadlock");
    }
}

#[test]
fn gc_removes_dead_parts_and_no_live_ones() {
    let room = Room::new(&[]);
    room.leave_part(&room.bytes[..1000]);
    let day = Duration::from_secs(24 * 3600);
    let store = room.store(quick());
    assert_eq!(store.gc(day).unwrap().parts, 0, "it can still be resumed");
    let held = StdOs.try_lock(&room.folder.path().join("model.lock")).unwrap();
    assert_eq!(store.gc(Duration::ZERO).unwrap().parts, 0, "its owner lives");
    drop(held);
    let no_lock = room.store(Opts { locking: Locking::Never, ..quick() });
    assert_eq!(no_lock.gc(Duration::ZERO).unwrap().parts, 0, "its owner may live");
    let removed = store.gc(Duration::ZERO).unwrap();
    assert_eq!((removed.parts, removed.bytes), (1, 1000));
    assert_eq!(room.names(), ["model.lock"], "lock files stay");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_file() {
    // Every write to this device fails as a full disk does.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert!(std::io::Write::write_all(&mut &full, b"x").is_err());
    let room = Room::new(&[]);
    let target = room.folder.path().join("model");
    std::fs::write(&target, "the old file").unwrap();
    let store = Store::open_on(FullDisk, room.folder.path().to_owned(), quick());
    let error = store.fetch(&room.request(), &http(), &mut Silent).unwrap_err();
    assert!(matches!(&error, FetchError::Io(e) if e.kind() == std::io::ErrorKind::StorageFull));
    assert_eq!(std::fs::read_to_string(target).unwrap(), "the old file");
}

/// The real file system, except that new files lie on a device that is full.
#[cfg(target_os = "linux")]
struct FullDisk;

#[cfg(target_os = "linux")]
mod full_disk {
    use super::FullDisk;
    use runtime_reference::os::{LockTrust, Os, Stamp, StdFile, StdLock, StdOs};
    use std::io::Result;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    impl Os for FullDisk {
        type File = StdFile;
        type Lock = StdLock;

        fn create_new(&self, _: &Path) -> Result<StdFile> {
            StdOs.open_write(Path::new("/dev/full"))
        }
        fn open_write(&self, path: &Path) -> Result<StdFile> {
            StdOs.open_write(path)
        }
        fn open_read(&self, path: &Path) -> Result<StdFile> {
            StdOs.open_read(path)
        }
        fn rename(&self, from: &Path, to: &Path) -> Result<()> {
            StdOs.rename(from, to)
        }
        fn remove(&self, path: &Path) -> Result<()> {
            StdOs.remove(path)
        }
        fn stamp(&self, path: &Path) -> Result<Option<Stamp>> {
            StdOs.stamp(path)
        }
        fn age(&self, path: &Path) -> Result<Option<Duration>> {
            StdOs.age(path)
        }
        fn names(&self, folder: &Path) -> Result<Vec<String>> {
            StdOs.names(folder)
        }
        fn sync_folder(&self, folder: &Path) -> Result<()> {
            StdOs.sync_folder(folder)
        }
        fn copy_mode(&self, file: &StdFile, like: &Path) -> Result<()> {
            StdOs.copy_mode(file, like)
        }
        fn resolve(&self, path: &Path) -> Result<PathBuf> {
            StdOs.resolve(path)
        }
        fn try_lock(&self, path: &Path) -> Result<Option<StdLock>> {
            StdOs.try_lock(path)
        }
        fn lock_trust(&self, folder: &Path) -> LockTrust {
            StdOs.lock_trust(folder)
        }
        fn unique(&self) -> String {
            StdOs.unique()
        }
        fn now(&self) -> Duration {
            StdOs.now()
        }
        fn pause(&self, time: Duration) {
            StdOs.pause(time);
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_leaves_the_old_file() {
    let room = Room::new(&[]);
    let target = room.folder.path().join("model");
    std::fs::write(&target, "the old file").unwrap();
    let store = room.store(quick());
    // A folder in the lock's place refuses everybody, root too.
    std::fs::create_dir(room.folder.path().join("model.lock")).unwrap();
    assert!(matches!(store.fetch(&room.request(), &http(), &mut Silent), Err(FetchError::Io(_))));
    assert_eq!(std::fs::read_to_string(target).unwrap(), "the old file");
}

#[test]
fn names_and_digests_are_checked() {
    for bad in ["", "../x", ".hidden", "a/b", "x.part", "x.lock", "x.sum", "ü", &"n".repeat(81)] {
        assert!(Request::new("u").name(bad).is_err(), "{bad:?}");
    }
    assert!(Request::new("u").sha256("abc").is_err());
    let digest = Digest::of(b"x");
    assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
}

#[test]
fn the_bar_draws_on_one_line() {
    let mut out = Vec::new();
    let room = Room::new(&[Fault::CutAt(1000)]);
    let mut bar = Bar::new(&mut out, "model");
    room.store(quick()).fetch(&room.request(), &http(), &mut bar).unwrap();
    drop(bar);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("retry 1"), "{text:?}");
    assert!(text.contains("100 %"), "{text:?}");
    assert!(text.ends_with("done, 300000 bytes\n"), "{text:?}");
}

// The naive twin.

/// A source that is slow enough to be overtaken, without a network.
struct Slow(Vec<u8>, Duration);

impl Fetch for Slow {
    fn get(&self, get: &Get<'_>) -> Result<Response, SourceError> {
        let rest = self.0[(get.from as usize).min(self.0.len())..].to_vec();
        Ok(Response {
            status: 206,
            etag: None,
            content_length: None,
            range: None,
            encoding: None,
            body: Box::new(Drip(rest, 0, self.1)),
        })
    }
}

struct Drip(Vec<u8>, usize, Duration);

impl std::io::Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        std::thread::sleep(self.2);
        let n = buffer.len().min(1000).min(self.0.len() - self.1);
        buffer[..n].copy_from_slice(&self.0[self.1..self.1 + n]);
        self.1 += n;
        Ok(n)
    }
}

fn naive(folder: &Path, steal: Steal) -> NaiveStore {
    NaiveStore { folder: folder.to_owned(), steal, deadline: Duration::from_millis(300) }
}

/// Two owners at once: how many of them were given wrong bytes, or an error.
fn stolen(first: &NaiveStore, second: &NaiveStore) -> usize {
    let bytes = content(4, 40_000);
    let source = Slow(bytes.clone(), Duration::from_millis(3));
    let check = |store: &NaiveStore| {
        let path = store.fetch("u", "model", &source);
        path.and_then(std::fs::read).is_ok_and(|got| got == bytes)
    };
    std::thread::scope(|scope| {
        let one = scope.spawn(|| check(first));
        std::thread::sleep(Duration::from_millis(30));
        let two = scope.spawn(|| check(second));
        usize::from(!one.join().unwrap()) + usize::from(!two.join().unwrap())
    })
}

#[test]
fn twin_an_age_that_passes_steals_from_a_live_owner() {
    let folder = tempfile::tempdir().unwrap();
    let store = naive(folder.path(), Steal::Age(Duration::from_millis(20)));
    assert!(stolen(&store, &store) > 0, "the twin should give wrong bytes");
}

/// Option B: the proof that the owner's process is dead, and where it is none.
#[test]
fn twin_a_pid_proves_nothing_on_another_host_or_in_a_container() {
    // Another host: its process number is not in use here.
    let folder = tempfile::tempdir().unwrap();
    let view = |own, runs| Steal::DeadOwner(Processes { own, runs });
    let here = naive(folder.path(), view(100, |pid| pid == 100));
    let there = naive(folder.path(), view(200, |pid| pid == 200));
    assert!(stolen(&here, &there) > 0, "the twin should steal across hosts");

    // Two containers: both owners are process 1.
    let folder = tempfile::tempdir().unwrap();
    let one = naive(folder.path(), view(1, |pid| pid == 1));
    assert!(stolen(&one, &one.clone()) > 0, "the twin should steal across containers");
}

#[test]
fn twin_a_pid_in_use_again_is_waited_for_in_vain() {
    let folder = tempfile::tempdir().unwrap();
    let view = Processes { own: 100, runs: |_| true };
    let store = naive(folder.path(), Steal::DeadOwner(view));
    // Left by a process that was killed; its number now belongs to another.
    std::fs::write(folder.path().join("model.lock"), "77").unwrap();
    let source = Slow(content(4, 1000), Duration::ZERO);
    let error = store.fetch("u", "model", &source).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
}

#[test]
fn twin_works_when_nothing_goes_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let store = naive(folder.path(), Steal::DeadOwner(Processes::here()));
    let bytes = content(4, 10_000);
    let path = store.fetch("u", "model", &Slow(bytes.clone(), Duration::ZERO)).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), bytes);
}
