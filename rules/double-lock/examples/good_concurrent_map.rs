// Each call of the map is over before the next one begins: what was found was copied out.
use dashmap::DashMap;

pub struct Blobs {
    stored: DashMap<String, Vec<u8>>,
}

impl Blobs {
    pub fn copy(&self, from: &str, to: &str) {
        let data = self.stored.get(from).map(|found| found.clone());
        if let Some(data) = data {
            self.stored.insert(to.to_owned(), data);
        }
    }

    pub fn add(&self, name: &str, data: Vec<u8>) {
        if !self.stored.contains_key(name) {
            self.stored.insert(name.to_owned(), data);
        }
    }

    pub fn add_if_missing(&self, name: &str) {
        if let Some(found) = self.stored.get(name) {
            drop(found);
        } else {
            self.stored.insert(name.to_owned(), Vec::new());
        }
    }
}
