//! A list and which of it is active: put into the one, then into the other, with a moment in between.

use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Tabs {
    tabs: Mutex<BTreeMap<u32, String>>,
    active: Mutex<Option<u32>>,
}

impl Tabs {
    pub fn open(&self, id: u32, title: String) {
        self.tabs.lock().unwrap().insert(id, title);
        // racelint-expect: split-locks
        *self.active.lock().unwrap() = Some(id);
    }

    pub fn close(&self, id: u32) {
        self.tabs.lock().unwrap().remove(&id);
        // racelint-expect: split-locks
        let mut active = self.active.lock().unwrap();
        if *active == Some(id) {
            *active = None;
        }
    }

    pub fn title(&self) -> Option<String> {
        let active = (*self.active.lock().unwrap())?;
        // racelint-expect: split-locks
        self.tabs.lock().unwrap().get(&active).cloned()
    }
}
