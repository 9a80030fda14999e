//! The cache file by itself: what comes back, what does not, and how large it gets.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Cache, ENDING, Key, MAX_AGE, MAX_FILES, clean};

fn key(n: u32) -> Key {
    Key::of("test", &n)
}

fn filled(folder: &Path, entries: std::ops::Range<u32>) {
    let cache = Cache::open(folder, Path::new("/project"));
    entries.for_each(|n| cache.put(key(n), &format!("answer {n}")));
    cache.save().expect("it is saved");
}

fn get(folder: &Path, n: u32) -> Option<String> {
    Cache::open(folder, Path::new("/project")).get(key(n))
}

fn file(folder: &Path) -> PathBuf {
    let mut files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.find(|path| path.extension().is_some_and(|ending| ending == ENDING)).expect("a file")
}

#[test]
fn what_was_put_in_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path(), 0..3);
    filled(folder.path(), 3..5);
    for n in 0..5 {
        assert_eq!(get(folder.path(), n), Some(format!("answer {n}")));
    }
    assert_eq!(get(folder.path(), 5), None);
    assert_eq!(Cache::open(folder.path(), Path::new("/other")).get::<String>(key(1)), None, "another project");
    assert_ne!(Key::of("facts", &1), Key::of("answer", &1));
}

#[test]
fn a_damaged_file_gives_nothing_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path(), 0..20);
    let path = file(folder.path());
    let whole = fs::read(&path).expect("the file");
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        fs::write(&path, &broken[..if at % 3 == 0 { at } else { broken.len() }]).expect("it is written");
        let cache = Cache::open(folder.path(), Path::new("/project"));
        for n in 0..20 {
            let found = cache.get::<String>(key(n));
            assert!(found.is_none() || found == Some(format!("answer {n}")), "byte {at}: {found:?}");
        }
    }
}

#[test]
fn what_nobody_asks_for_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path(), 0..2);
    for round in 0..=u32::from(MAX_AGE) {
        let cache = Cache::open(folder.path(), Path::new("/project"));
        assert_eq!(cache.get::<String>(key(0)), Some("answer 0".to_owned()));
        cache.put(key(100 + round), &round);
        cache.save().expect("it is saved");
    }
    assert!(get(folder.path(), 0).is_some());
    assert_eq!(get(folder.path(), 1), None);
}

#[test]
fn a_folder_holds_so_many_projects() {
    let folder = tempfile::tempdir().expect("a folder");
    for n in 0..MAX_FILES + 3 {
        let cache = Cache::open(folder.path(), Path::new(&format!("/project/{n}")));
        cache.put(key(1), &n);
        cache.save().expect("it is saved");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), MAX_FILES);
    fs::write(folder.path().join("mine.txt"), "").expect("it is written");
    assert_eq!(clean(folder.path()).expect("it is cleaned"), MAX_FILES);
    assert!(folder.path().join("mine.txt").exists());
    fs::remove_file(folder.path().join("mine.txt")).expect("it is removed");
    assert_eq!(clean(folder.path()).expect("it is cleaned"), 0);
    assert!(!folder.path().exists());
    assert_eq!(clean(folder.path()).expect("there is nothing to clean"), 0);
}

/// Many runs end at once: whoever reads meanwhile sees one of their files whole.
#[test]
fn runs_side_by_side_do_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    std::thread::scope(|scope| {
        for writer in 0..4u32 {
            let folder = folder.path();
            scope.spawn(move || (0..20).for_each(|n| filled(folder, writer * 100 + n..writer * 100 + n + 10)));
        }
        scope.spawn(|| {
            for _ in 0..200 {
                let cache = Cache::open(folder.path(), Path::new("/project"));
                for n in 0..400 {
                    let found = cache.get::<String>(key(n));
                    assert!(found.is_none() || found == Some(format!("answer {n}")));
                }
            }
        });
    });
    assert!(
        get(folder.path(), 19).is_some()
            || get(folder.path(), 119).is_some()
            || get(folder.path(), 219).is_some()
            || get(folder.path(), 319).is_some()
    );
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}
