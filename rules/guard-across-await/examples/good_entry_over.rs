//! The entry of a concurrent map ends with the `if let` that takes it apart, before the task is suspended.

use dashmap::{DashMap, Entry};
use tokio::sync::RwLock;

#[derive(Default)]
pub struct Schemas {
    generators: DashMap<String, u64>,
    latest: RwLock<Vec<String>>,
}

impl Schemas {
    pub async fn add(&self, name: &str) {
        if let Entry::Vacant(entry) = self.generators.entry(name.to_owned()) {
            entry.insert(1);
        }
        self.latest.write().await.push(name.to_owned());
    }
}
