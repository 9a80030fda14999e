// `write` writes a batch here, and what it gives back is nothing to hold.
use engine::Engine;

pub fn flush(engine: &Engine) {
    let batch = engine.batch();
    if !batch.is_empty() {
        batch.write().unwrap();
        engine.sync().unwrap();
    }
}
