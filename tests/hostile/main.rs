//! Input that nobody wrote for racelint: pieces of files, hostile names and folders, full disks, signals. Whatever it is,
//! racelint answers in time, says what it left out, writes nothing by halves, and looks at nothing outside of the project.

mod around;
mod disk;
#[expect(unreachable_pub, reason = "a crate of its own for the fuzzer")]
#[path = "../../fuzz/lib.rs"]
mod fuzz;
mod kept;
mod names;
mod pieces;
mod run;
mod shapes;
#[cfg(unix)]
mod signals;
mod steady;
mod targets;
