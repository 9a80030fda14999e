// The writer takes care to hold both maps; the reader asks one method after the other.
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

pub struct Chain {
    numbers: RwLock<BTreeMap<u64, String>>,
    blocks: RwLock<HashMap<String, Arc<Block>>>,
}

impl Chain {
    pub fn clear(&self) {
        let mut numbers = self.numbers.write().unwrap();
        let mut blocks = self.blocks.write().unwrap();
        numbers.clear();
        blocks.clear();
    }

    pub fn hash_of(&self, number: u64) -> Option<String> {
        self.numbers.read().unwrap().get(&number).cloned()
    }

    pub fn by_hash(&self, hash: &String) -> Option<Arc<Block>> {
        self.blocks.read().unwrap().get(hash).cloned()
    }

    pub fn by_number(&self, number: u64) -> Option<Arc<Block>> {
        let hash = self.hash_of(number)?;
        // racelint-expect: split-locks
        self.by_hash(&hash)
    }
}
