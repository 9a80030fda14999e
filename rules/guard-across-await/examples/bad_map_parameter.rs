// The map came as an argument: what it holds tells that others fill it.
use dashmap::DashMap;
use std::sync::Arc;

pub struct Version(u64);

pub struct Cache {
    inner: Arc<DashMap<String, Version>>,
}

impl Cache {
    pub fn insert(&self, key: String, version: Version) {
        self.inner.insert(key, version);
    }

    pub async fn sync(known: Arc<DashMap<String, Version>>, key: String, disk: Disk) {
        // racelint-expect: guard-across-await
        if let Some(version) = known.get(&key) {
            disk.save(&key, version.0).await;
        }
    }
}
