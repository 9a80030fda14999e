//! F1, F6, F7 with threads (processes are tested apart), and the writers that tear.

use runtime_reference::os::Patience;
use runtime_reference::os::{Os, StdOs};
use runtime_reference::replace::{Durability, UpdateError, naive, replace, update, update_on};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// Reads while `write` replaces: how often the content was not one writer's whole.
fn bad_reads(write: impl Fn(&Path, &[u8]) -> std::io::Result<()> + Sync, enough: u64) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    std::fs::write(&path, vec![0_u8; 20_000]).unwrap();
    let stop = AtomicBool::new(false);
    let deadline = Instant::now() + Duration::from_secs(15);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 0_u8;
            while !stop.load(SeqCst) {
                n = n.wrapping_add(1);
                write(&path, &vec![n; 20_000]).unwrap();
            }
        });
        let mut bad = 0;
        let mut reads = 0;
        while bad < enough && reads < 3000 && Instant::now() < deadline {
            reads += 1;
            let whole =
                std::fs::read(&path).is_ok_and(|bytes| bytes.len() == 20_000 && bytes.iter().all(|b| *b == bytes[0]));
            bad += u64::from(!whole);
        }
        stop.store(true, SeqCst);
        bad
    })
}

#[test]
fn readers_see_old_or_new() {
    assert_eq!(bad_reads(|path, bytes| replace(path, bytes, Durability::Visible), 1), 0);
}

#[test]
fn twin_readers_of_a_write_in_place_see_parts() {
    let save = |path: &Path, bytes: &[u8]| naive::save_in_place(path.parent().unwrap(), bytes);
    assert!(bad_reads(save, 1) > 0, "the twin should have torn");
}

#[test]
fn twin_readers_of_remove_then_rename_see_nothing() {
    assert!(bad_reads(naive::remove_then_rename, 1) > 0, "the twin should have been missing");
}

#[test]
fn no_temp_stays_behind_whether_it_works_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    replace(&path, b"x", Durability::Durable).unwrap();
    // A folder in the way: the rename is refused.
    let blocked = folder.path().join("blocked");
    std::fs::create_dir(&blocked).unwrap();
    std::fs::write(blocked.join("inside"), "").unwrap();
    assert!(replace(&blocked, b"x", Durability::Durable).is_err());
    assert_eq!(StdOs.names(folder.path()).unwrap(), ["blocked", "f"]);
}

#[cfg(unix)]
#[test]
fn mode_and_link_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real");
    std::fs::write(&real, "old").unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link");
    symlink("real", &link).unwrap();
    replace(&link, b"new", Durability::Visible).unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

fn increment(old: &[u8]) -> Vec<u8> {
    let count: u64 = std::str::from_utf8(old).unwrap().parse().unwrap_or(0);
    (count + 1).to_string().into_bytes()
}

#[test]
fn no_update_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("count");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    update(&path, Durability::Visible, increment).unwrap();
                }
            });
        }
    });
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "200");
}

#[test]
fn twin_an_update_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("count");
    std::fs::write(&path, "0").unwrap();
    // The second editor acts between the first one's read and its write.
    naive::update(&path, |old| {
        naive::update(&path, increment).unwrap();
        increment(old)
    })
    .unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "1", "the twin should lose one");
}

#[test]
fn an_editor_without_a_lock_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    std::fs::write(&path, "1").unwrap();
    let outcome = update(&path, Durability::Visible, |old| {
        std::fs::write(&path, "theirs").unwrap();
        increment(old)
    });
    assert!(matches!(outcome, Err(UpdateError::Changed)));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "theirs");
}

#[test]
fn a_held_lock_ends_the_wait_at_the_deadline_and_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    let held = StdOs.try_lock(&folder.path().join("f.lock")).unwrap().unwrap();
    let patience = Patience { deadline: Duration::from_millis(80), ..Patience::default() };
    let outcome = update_on(&StdOs, &path, Durability::Visible, &patience, increment);
    assert!(matches!(outcome, Err(UpdateError::Locked { .. })));
    assert!(!path.exists());
    drop(held);
    update_on(&StdOs, &path, Durability::Visible, &patience, increment).unwrap();
}
