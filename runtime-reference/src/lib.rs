/*!
The correct forms that racelint prescribes, each beside its naive, racy twin.

Every module is a form that can be used as it stands or copied. Its `naive`
module holds the code that people write first, and the tests show the schedule
on which that code breaks and the form does not.

| module | race in the twin | the form |
| --- | --- | --- |
| [`loader`] | check-then-set flag, cleared on success only | one claim before any await, cleared by drop |
| [`single_flight`] | two callers miss the map and both run | the entry is the claim; only its owner removes it |
| [`fetch`] | a lock file judged stale, a shared part | own part, verified bytes, one rename; the lock only saves bandwidth |
| [`session`] | two locks for one fact | one lock, closure API, transitions carry a generation |
| [`cycle`] | a timer spawns a body that may still run | the loop awaits its body; triggers coalesce |
| [`replace`] | `fs::write` in place | own temp, fsync, rename, fsync folder |
| [`live`] | an older parse lands over a newer one | tickets taken before the read |
| [`store`] | read and write in two statements, deferred transactions | the write lock before the first read, or the version compared |
| `pg` (feature `postgres`) | read and write at READ COMMITTED | serializable, run again when it loses |
| [`owned_lock`] | delete when done, whoever holds it | compare-and-delete by token, fences counted in the same step |

The words used for evidence are "explored N schedules, bound P"; exploring is
not proving.
*/
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod cycle;
pub mod fetch;
pub mod live;
pub mod loader;
pub mod os;
pub mod owned_lock;
#[cfg(feature = "postgres")]
pub mod pg;
pub mod replace;
pub mod session;
pub mod single_flight;
#[cfg(feature = "sqlite")]
pub mod store;

mod sync;
