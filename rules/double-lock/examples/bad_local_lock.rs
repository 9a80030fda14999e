//! A lock in a variable that threads share: the head of the loop holds it through the loop.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use std::thread;

pub fn serve(messages: Vec<u32>) {
    let clients = Arc::new(RwLock::new(BTreeMap::<u32, String>::new()));
    let arrivals = Arc::clone(&clients);
    thread::spawn(move || {
        arrivals.write().unwrap().insert(1, "first".to_owned());
    });
    for message in messages {
        for (id, client) in clients.read().unwrap().iter() {
            if *id == message && client.is_empty() {
                // racelint-expect: double-lock
                clients.write().unwrap().remove(&message);
            }
        }
    }
}
