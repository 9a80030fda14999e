//! Two threads find nothing, both set it, and the one that comes second is not let through.

use std::sync::OnceLock;

static HOME: OnceLock<String> = OnceLock::new();

pub fn home() -> &'static str {
    match HOME.get() {
        Some(home) => home,
        None => {
            let found = std::env::var("HOME").unwrap_or_default();
            // racelint-expect: racy-lazy-init
            HOME.set(found).expect("nobody has set it before");
            HOME.get().expect("it was set a line above")
        }
    }
}
