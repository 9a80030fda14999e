//! Both may set it; the first one wins, and both go on with what is there.

use std::sync::OnceLock;

static HOME: OnceLock<String> = OnceLock::new();

pub fn home() -> &'static str {
    match HOME.get() {
        Some(home) => home,
        None => {
            let _ = HOME.set(std::env::var("HOME").unwrap_or_default());
            HOME.get().expect("somebody has set it")
        }
    }
}
