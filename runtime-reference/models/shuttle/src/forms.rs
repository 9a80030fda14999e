//! The forms' own sources, compiled with shuttle's locks and shuttle's tokio.

#[path = "../../../src/cycle/mod.rs"]
pub mod cycle;
#[path = "../../../src/fetch/mod.rs"]
pub mod fetch;
#[path = "../../../src/live/mod.rs"]
pub mod live;
#[path = "../../../src/loader/mod.rs"]
pub mod loader;
#[path = "../../../src/os/mod.rs"]
pub mod os;
#[path = "../../../src/owned_lock/mod.rs"]
pub mod owned_lock;
#[path = "../../../src/replace/mod.rs"]
pub mod replace;
#[path = "../../../src/session/mod.rs"]
pub mod session;
#[path = "../../../src/single_flight/mod.rs"]
pub mod single_flight;
