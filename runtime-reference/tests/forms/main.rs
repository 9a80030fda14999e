//! The forms' invariants, each beside its naive twin, on plain tokio and threads.
#![expect(clippy::unwrap_used, reason = "a test may stop where its set-up fails")]

mod cycle;
#[cfg(feature = "http")]
mod fetch;
mod invariants;
mod live;
mod loader;
mod logs;
mod owned_lock;
mod replace;
mod session;
mod single_flight;
#[cfg(feature = "sqlite")]
mod store;
