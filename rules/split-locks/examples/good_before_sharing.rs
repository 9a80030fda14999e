//! Filled while nobody else has it; afterwards it is only read.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

#[derive(Default)]
pub struct Catalog {
    names: RwLock<HashMap<u32, String>>,
    prices: RwLock<HashMap<u32, u64>>,
}

impl Catalog {
    pub fn load(rows: Vec<(u32, String, u64)>) -> Arc<Catalog> {
        let catalog = Catalog::default();
        for (id, name, price) in rows {
            catalog.names.write().unwrap().insert(id, name);
            catalog.prices.write().unwrap().insert(id, price);
        }
        Arc::new(catalog)
    }

    pub fn label(&self, id: u32) -> Option<String> {
        let name = self.names.read().unwrap().get(&id).cloned()?;
        let price = self.prices.read().unwrap().get(&id).copied()?;
        Some(format!("{name}: {price}"))
    }
}
