// Nobody takes care to hold both: that one answer looks at both says nothing.
use std::sync::Mutex;

pub struct Keys {
    master: Mutex<Option<String>>,
    signing: Mutex<Option<String>>,
}

impl Keys {
    pub fn is_empty(&self) -> bool {
        let master = self.master.lock().unwrap().is_none();
        let signing = self.signing.lock().unwrap().is_none();
        master && signing
    }

    pub fn forget(&self) {
        *self.master.lock().unwrap() = None;
        *self.signing.lock().unwrap() = None;
    }
}
