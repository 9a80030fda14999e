//! One lock around one immutable snapshot: readers take all of it, writers replace all of it.

use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
pub struct Route {
    pub host: String,
    pub port: u16,
}

#[derive(Default)]
pub struct Router {
    route: Mutex<Arc<Route>>,
    switches: Mutex<u64>,
}

impl Router {
    pub fn switch(&self, host: String, port: u16) {
        *self.route.lock().unwrap() = Arc::new(Route { host, port });
        *self.switches.lock().unwrap() += 1;
    }

    pub fn route(&self) -> Arc<Route> {
        Arc::clone(&self.route.lock().unwrap())
    }
}
