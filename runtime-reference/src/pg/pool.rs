//! Connections, so many and no more; one whose closure panicked is closed.

use super::PgError;
use postgres::Client;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

type Connect = dyn Fn() -> Result<Client, postgres::Error> + Send + Sync;

pub(super) struct Pool {
    desk: Mutex<Desk>,
    freed: Condvar,
    connect: Box<Connect>,
}

struct Desk {
    idle: Vec<Client>,
    /// How many more may be opened.
    left: usize,
}

impl Pool {
    pub(super) fn new(first: Client, most: usize, connect: Box<Connect>) -> Self {
        Pool {
            desk: Mutex::new(Desk { idle: vec![first], left: most.saturating_sub(1) }),
            freed: Condvar::new(),
            connect,
        }
    }

    /// Runs `work` with a connection of its own.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Client) -> T) -> Result<T, PgError> {
        let mut place = Place { pool: self, client: self.idle() };
        let client = match &mut place.client {
            Some(client) => client,
            none => none.insert((self.connect)()?),
        };
        let result = work(client);
        // Not reached by a panic: then the place is freed and the connection closed.
        place.give_back();
        Ok(result)
    }

    /// An idle connection, or `None` with the right to open one.
    fn idle(&self) -> Option<Client> {
        let mut desk = self.lock();
        loop {
            if let Some(client) = desk.idle.pop() {
                return Some(client);
            }
            if desk.left > 0 {
                desk.left -= 1;
                return None;
            }
            desk = self.freed.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the connections that may be open; its drop frees the place.
struct Place<'a> {
    pool: &'a Pool,
    client: Option<Client>,
}

impl Place<'_> {
    fn give_back(mut self) {
        if let Some(client) = self.client.take_if(|client| !client.is_closed()) {
            self.pool.lock().idle.push(client);
            self.pool.freed.notify_one();
            // The idle connection has taken the place with it.
            std::mem::forget(self);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.pool.lock().left += 1;
        self.pool.freed.notify_one();
    }
}
