// The statement takes the lock to copy something out, and says so.
use std::sync::RwLock;

#[derive(Clone)]
pub struct Settings;

pub struct Planner {
    settings: RwLock<Settings>,
}

impl Planner {
    pub fn with<T>(&self, work: impl FnOnce() -> T) -> T {
        let settings = self.settings.read().unwrap();
        let result = work();
        drop(settings);
        result
    }

    pub fn plan<T>(&self, work: impl Fn(&Settings) -> T) -> T {
        let settings = self.settings.read().unwrap().clone();
        work(&settings)
    }
}
