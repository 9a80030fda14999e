/*!
Atomic downloader: right without any lock; the lock only saves bandwidth.

Invariants:

* **D1** The target is absent, or complete and verified.
* **D2** D1 holds with no lock at all: every writer has a part of its own, and
  publishing is one rename of verified bytes.
* **D3** Under a trusted lock there is one transfer per key; what a killed
  process had written is resumed.
* **D4** The target is looked at again after the lock was acquired.
* **D5** SIGKILL needs no cleaning up; a lock file is never removed or stolen.
* **D6** Writes are positioned, never appended; a file that might be shared is
  never truncated.
* **D7** `Ok` survives a loss of power.
* **D8** Resume only with a strong ETag, `If-Range` and a right 206, and across
  processes only where a digest can judge the whole; else start over. A digest
  mismatch gets one clean retry.
* **D9** Waiting is told, ends at a deadline with an error, and is cancelled
  within 100 ms; no thread stays behind.
* **D10** Several requests are served in the order of their keys.
* **D11** [`Store::gc`] removes no live part.

```no_run
use runtime_reference::fetch::{Http, Opts, Request, Store};

let store = Store::open("models", Opts::default())?;
let request = Request::new("http://models.example/small.bin")
    .sha256("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")?
    .name("small.bin")?;
let fetched = store.fetch(&request, &Http::default(), &mut |event: &_| eprintln!("{event}"))?;
println!("{} ({:?})", fetched.path.display(), fetched.how);
# Ok::<(), Box<dyn std::error::Error>>(())
```

A part's name carries its ETag (`<key>.<etag in hex>.<unique>.part`), so the
two are claimed by one rename and cannot disagree, as a part and a separate
file of metadata can.
*/

mod error;
mod gc;
#[cfg(feature = "http")]
mod http;
pub mod naive;
mod opts;
mod part;
mod progress;
mod request;
mod source;
mod store;
mod transfer;

pub use error::FetchError;
pub use gc::Gc;
#[cfg(feature = "http")]
pub use http::Http;
pub use opts::{Fetched, Locking, Opts, Outcome, Verify};
pub use progress::{Bar, Event, Progress, Silent};
pub use request::{BadRequest, Digest, Request};
pub use source::{Fetch, Get, Range, Response, SourceError};
pub use store::Store;

pub use crate::os::{CancelToken, LockTrust, Patience};
