// `write` writes a batch here, and what it gives back is nothing to hold.
use engine::Engines;

pub struct Builder {
    engines: Engines,
}

impl Builder {
    pub fn init(&mut self) {
        let mut batch = self.engines.batch();
        if !batch.is_empty() {
            batch.write().unwrap();
            self.engines.sync().unwrap();
        }
    }

    pub fn flush(&mut self) {
        let mut batch = self.engines.batch();
        batch.put(b"a", b"b").unwrap();
        batch.write().unwrap();
        self.engines.sync().unwrap();
    }
}
