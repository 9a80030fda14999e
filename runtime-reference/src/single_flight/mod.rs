/*!
Single flight: callers who ask for one key at one time share one run.

Invariants:

* **SF1** At most one run per key at a time (unless [`SingleFlight::forget`]
  was called in between).
* **SF2** Every joiner gets the leader's answer; if the leader vanishes, one of
  them leads. None hangs.
* **SF3** The entry is gone after success, panic, a dropped future and an abort.
* **SF4** A run removes its own entry only, never that of a newer run.
* **SF5** A call that starts after a run has ended gets a new run: this is no
  cache.

```
use runtime_reference::single_flight::SingleFlight;

# #[tokio::main(flavor = "current_thread")] async fn main() {
let flights: SingleFlight<&str, u32> = SingleFlight::new();
let (a, b) = tokio::join!(
    flights.run("answer", || async { tokio::task::yield_now().await; 42 }),
    flights.run("answer", || async { unreachable!("the first run is shared") }),
);
assert_eq!((a, b), (42, 42));
# }
```
*/

pub mod naive;

use crate::sync::{Arc, Mutex, lock};
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use tokio::sync::watch;

/// Runs in flight, by key.
pub struct SingleFlight<K, V> {
    desk: Arc<Mutex<Desk<K, V>>>,
}

struct Desk<K, V> {
    next: u64,
    flights: HashMap<K, Flight<V>>,
}

struct Flight<V> {
    ticket: u64,
    answer: watch::Receiver<Option<V>>,
}

impl<K, V> Clone for SingleFlight<K, V> {
    fn clone(&self) -> Self {
        SingleFlight { desk: Arc::clone(&self.desk) }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Default for SingleFlight<K, V> {
    fn default() -> Self {
        SingleFlight::new()
    }
}

impl<K: Eq + Hash + Clone, V: Clone> SingleFlight<K, V> {
    /// No runs yet.
    pub fn new() -> Self {
        SingleFlight { desk: Arc::new(Mutex::new(Desk { next: 0, flights: HashMap::new() })) }
    }

    /// The answer of the run for `key` that is in flight, else of a new one.
    ///
    /// Errors are shared like any answer: let `V` be a `Result` whose error is
    /// `Clone`. `work` runs inside the leader's future and is dropped with it;
    /// then one of those who wait leads with its own `work`.
    pub async fn run<F, Fut>(&self, key: K, work: F) -> V
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = V>,
    {
        loop {
            match self.claim(&key) {
                Ok(lead) => {
                    let answer = work().await;
                    lead.sender.send_replace(Some(answer.clone()));
                    return answer;
                }
                Err(mut running) => {
                    if let Ok(answer) = running.wait_for(Option::is_some).await
                        && let Some(answer) = answer.clone()
                    {
                        return answer;
                    }
                    // The leader went without an answer: its entry is gone.
                }
            }
        }
    }

    /// Lets the next caller for `key` start anew, though a run is in flight.
    ///
    /// Those who wait for that run still get its answer.
    pub fn forget(&self, key: &K) {
        let forgotten = lock(&self.desk).flights.remove(key);
        drop(forgotten);
    }

    /// How many keys have a run in flight.
    pub fn in_flight(&self) -> usize {
        lock(&self.desk).flights.len()
    }

    // #region claim
    /// Looks for a run and enters a new one in one step under one lock.
    fn claim(&self, key: &K) -> Result<Lead<K, V>, watch::Receiver<Option<V>>> {
        let mut desk = lock(&self.desk);
        if let Some(flight) = desk.flights.get(key) {
            return Err(flight.answer.clone());
        }
        let ticket = desk.next;
        desk.next += 1;
        let (sender, answer) = watch::channel(None);
        desk.flights.insert(key.clone(), Flight { ticket, answer });
        Ok(Lead { desk: Arc::clone(&self.desk), key: key.clone(), ticket, sender })
    }
    // #endregion claim
}

/// The right to run; its drop removes the entry, then releases those who wait.
struct Lead<K: Eq + Hash, V> {
    desk: Arc<Mutex<Desk<K, V>>>,
    key: K,
    ticket: u64,
    sender: watch::Sender<Option<V>>,
}

impl<K: Eq + Hash, V> Drop for Lead<K, V> {
    fn drop(&mut self) {
        let mut desk = lock(&self.desk);
        let own = desk.flights.get(&self.key).is_some_and(|flight| flight.ticket == self.ticket);
        let ended = own.then(|| desk.flights.remove(&self.key));
        drop(desk);
        drop(ended);
    }
}
