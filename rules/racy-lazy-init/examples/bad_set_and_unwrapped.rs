//! Both threads may find nothing there; the one that comes second to set it fails.

use std::sync::OnceLock;

static OWNER: OnceLock<u32> = OnceLock::new();

pub fn claim() {
    match OWNER.get() {
        Some(owner) => assert_eq!(*owner, std::process::id()),
        // racelint-expect: racy-lazy-init
        None => OWNER.set(std::process::id()).expect("nobody has set it"),
    }
}
