//! What belongs together stands behind one lock.

use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Default)]
struct State {
    tabs: BTreeMap<u32, String>,
    active: Option<u32>,
}

#[derive(Default)]
pub struct Tabs {
    state: Mutex<State>,
}

impl Tabs {
    pub fn open(&self, id: u32, title: String) {
        let mut state = self.state.lock().unwrap();
        state.tabs.insert(id, title);
        state.active = Some(id);
    }

    pub fn close(&self, id: u32) {
        let mut state = self.state.lock().unwrap();
        state.tabs.remove(&id);
        if state.active == Some(id) {
            state.active = None;
        }
    }
}
