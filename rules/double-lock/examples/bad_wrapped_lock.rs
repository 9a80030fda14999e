// A type of one's own around a lock gives out the guard: the lock is still the same one.
use std::sync::{Arc, RwLock as StdRwLock, RwLockReadGuard, RwLockWriteGuard};

pub struct RwLock<T>(StdRwLock<T>);

impl<T> RwLock<T> {
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap()
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap()
    }
}

pub struct Catalog {
    tables: Arc<RwLock<Vec<String>>>,
}

impl Catalog {
    pub fn remove(&self, name: &str) -> Result<(), String> {
        let tables = self.tables.read();
        if !tables.iter().any(|known| known == name) {
            return Err(format!("no table {name}"));
        }
        // racelint-expect: double-lock
        let mut tables = self.tables.write();
        tables.retain(|known| known != name);
        Ok(())
    }
}
