//! A method called `lock` of something that is no lock.

pub struct Door {
    open: bool,
}

impl Door {
    pub fn lock(&self) -> bool {
        self.open
    }

    pub fn shut(&self) {
        let _ = self.lock();
        self.walk();
    }

    pub fn walk(&self) {}
}
