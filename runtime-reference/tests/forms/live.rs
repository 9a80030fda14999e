//! F3, F4, F5, F8, and the reload whose older parse lands last.

use runtime_reference::live::naive::NaiveLive;
use runtime_reference::live::{Live, ReloadError};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Number = Live<u32, std::num::ParseIntError>;

fn parse(bytes: &[u8]) -> Result<u32, std::num::ParseIntError> {
    String::from_utf8_lossy(bytes).trim().parse()
}

fn wait_until(mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

#[test]
fn bad_content_and_a_missing_file_keep_the_last_good() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("n");
    std::fs::write(&path, "1").unwrap();
    let live = Number::open(&path, parse).unwrap();
    let held = live.get();
    std::fs::write(&path, "x").unwrap();
    assert!(matches!(live.reload(), Err(ReloadError::Parse(_))));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(live.reload(), Err(ReloadError::Io(_))));
    assert_eq!(live.get(), held);
    std::fs::write(&path, "2").unwrap();
    assert!(live.reload().unwrap().version > held.version);
    // The unit of work that took the first version still has it.
    assert_eq!((held.value, live.get().value), (1, 2));
    assert!(Number::open(&folder.path().join("absent"), parse).is_err());
}

trait Slow: Fn(&[u8]) -> Result<u32, ()> + Send + Sync {}
impl<F: Fn(&[u8]) -> Result<u32, ()> + Send + Sync> Slow for F {}

/// A parser that stops at the content "old" until it is told to go on.
fn slow() -> (impl Slow, Receiver<()>, Sender<()>) {
    let (reached, at_old) = channel();
    let (go_on, wait) = channel::<()>();
    let gate = Mutex::new((reached, wait));
    let parse = move |bytes: &[u8]| match bytes {
        b"old" => {
            let gate = gate.lock().unwrap();
            gate.0.send(()).unwrap();
            gate.1.recv().unwrap();
            Ok(1)
        }
        b"new" => Ok(2),
        _ => Ok(0),
    };
    (parse, at_old, go_on)
}

#[test]
fn an_older_parse_never_lands_over_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    std::fs::write(&path, "").unwrap();
    let (parse, at_old, go_on) = slow();
    let live = Live::open(&path, parse).unwrap();
    std::fs::write(&path, "old").unwrap();
    std::thread::scope(|scope| {
        let late = scope.spawn(|| live.reload().unwrap().value);
        at_old.recv().unwrap();
        std::fs::write(&path, "new").unwrap();
        assert_eq!(live.reload().unwrap().value, 2);
        go_on.send(()).unwrap();
        assert_eq!(late.join().unwrap(), 2, "the late reload reports the newer value");
    });
    assert_eq!(live.get().value, 2);
}

#[test]
fn twin_the_older_parse_lands_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    std::fs::write(&path, "old").unwrap();
    let (parse, at_old, go_on) = slow();
    let parse = Arc::new(parse);
    let live = NaiveLive::new(&path);
    std::thread::scope(|scope| {
        let late = scope.spawn(|| live.reload(|bytes| parse(bytes)));
        at_old.recv().unwrap();
        std::fs::write(&path, "new").unwrap();
        // The slow parser's gate is held by the late reload: this one passes it by.
        live.reload(|_| Ok::<u32, ()>(2)).unwrap();
        go_on.send(()).unwrap();
        late.join().unwrap().unwrap();
    });
    assert_eq!(*live.get(), 1, "the twin should have gone back");
    assert_eq!(live.version(), 1, "the twin should have given both reloads one number");
}

#[test]
fn twin_bad_content_becomes_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    let live = NaiveLive::new(&path);
    std::fs::write(&path, "5").unwrap();
    live.reload(parse).unwrap();
    std::fs::write(&path, "").unwrap();
    live.reload(parse).unwrap();
    assert_eq!(*live.get(), 0, "the twin should have lost the last good value");
}

fn rename_save(path: &Path, text: &str) {
    let temp = path.with_extension("swp");
    std::fs::write(&temp, text).unwrap();
    std::fs::rename(temp, path).unwrap();
}

fn delete_and_create(path: &Path, text: &str) {
    std::fs::remove_file(path).unwrap();
    std::thread::sleep(Duration::from_millis(10));
    std::fs::write(path, text).unwrap();
}

#[cfg(unix)]
fn swing_link(path: &Path, text: &str) {
    let folder = path.parent().unwrap();
    let version = folder.join(format!("v{text}"));
    std::fs::write(&version, text).unwrap();
    let link = folder.join("link.new");
    std::os::unix::fs::symlink(version, &link).unwrap();
    std::fs::rename(link, path).unwrap();
}

#[cfg(unix)]
#[test]
fn the_watch_survives_every_kind_of_save() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("n");
    std::fs::write(&path, "1").unwrap();
    let live = Number::open(&path, parse).unwrap();
    let watch = live.watch(Duration::from_millis(5));
    let saves: [fn(&Path, &str); 8] = [
        |path, text| std::fs::write(path, text).unwrap(),
        rename_save,
        rename_save,
        delete_and_create,
        swing_link,
        swing_link,
        rename_save,
        delete_and_create,
    ];
    for (value, save) in (10_u32..).zip(saves) {
        save(&path, &value.to_string());
        assert!(wait_until(|| live.get().value == value), "save {value} was not seen");
    }
    drop(watch);
    rename_save(&path, "99");
    std::thread::sleep(Duration::from_millis(40));
    assert_ne!(live.get().value, 99, "a dropped watch must not look any more");
}
