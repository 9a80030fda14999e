//! What the forms log, caught by thread.

use log::{LevelFilter, Log, Metadata, Record};
use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Catcher;

impl Log for Catcher {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {}", record.level(), record.args());
        LINES.with(|lines| lines.borrow_mut().push(line));
    }

    fn flush(&self) {}
}

/// The lines that `work` logs on this thread.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        log::set_logger(&Catcher).unwrap();
        log::set_max_level(LevelFilter::Trace);
    });
    LINES.with(|lines| lines.borrow_mut().clear());
    let result = work.await;
    (result, LINES.with(|lines| lines.take()))
}
