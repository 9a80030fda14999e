//! Two locks, always taken together and in one order: nobody sees one changed without the other.

use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Tabs {
    tabs: Mutex<BTreeMap<u32, String>>,
    active: Mutex<Option<u32>>,
}

impl Tabs {
    pub fn open(&self, id: u32, title: String) {
        let mut tabs = self.tabs.lock().unwrap();
        let mut active = self.active.lock().unwrap();
        tabs.insert(id, title);
        *active = Some(id);
    }

    pub fn title(&self) -> Option<String> {
        let tabs = self.tabs.lock().unwrap();
        let active = self.active.lock().unwrap();
        tabs.get(&(*active)?).cloned()
    }
}
