//! Work: the thread that checks. It keeps a session for each workspace; a panic costs the answer and the session.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::session::{Checked, Session};
use crate::{Error, Progress, Request, explore, stages};

/// Something to do.
pub(super) enum Task {
    Check(Box<Job>),
    /// The workspace is gone.
    Forget(u64),
}

/// One check of one workspace.
pub(super) struct Job {
    pub(super) workspace: u64,
    /// Counts what the client has said; comes back with the answer.
    pub(super) generation: u64,
    /// What to check, where that is new.
    pub(super) request: Option<Request>,
    pub(super) overlay: BTreeMap<PathBuf, Vec<u8>>,
    /// Files may have changed on the disk.
    pub(super) look_again: bool,
    pub(super) progress: Arc<Progress>,
}

/// What came of it.
pub(super) struct Done {
    pub(super) workspace: u64,
    pub(super) generation: u64,
    pub(super) result: Result<Arc<Checked>, Failure>,
}

pub(super) enum Failure {
    /// It was told to stop.
    Stopped,
    Said(String),
}

/// The thread, as the others see it.
pub(super) struct Worker {
    tasks: Sender<Task>,
    pub(super) done: Receiver<Done>,
}

impl Worker {
    pub(super) fn start() -> Result<Worker, Error> {
        let pool = stages::workers(0)?;
        let (tasks, todo) = unbounded::<Task>();
        let (finished, done) = unbounded();
        explore::remember();
        thread::spawn(move || {
            let mut desk = Desk::default();
            for task in todo {
                match task {
                    Task::Check(job) => {
                        let answer = pool.install(|| desk.check(*job));
                        if finished.send(answer).is_err() {
                            break;
                        }
                    }
                    Task::Forget(workspace) => {
                        desk.sessions.remove(&workspace);
                    }
                }
            }
        });
        Ok(Worker { tasks, done })
    }

    pub(super) fn give(&self, task: Task) {
        // The thread ends only with this channel.
        let _ = self.tasks.send(task);
    }
}

/// What the thread has before it.
#[derive(Default)]
struct Desk {
    sessions: BTreeMap<u64, (Request, Session)>,
}

impl Desk {
    fn check(&mut self, job: Job) -> Done {
        let Job { workspace, generation, request, overlay, look_again, progress } = job;
        if let Some(request) = request {
            self.sessions.insert(workspace, (request.clone(), Session::new(request)));
        }
        let result = match self.sessions.get_mut(&workspace) {
            None => Err(Failure::Stopped),
            Some((request, session)) => {
                session.lay_over(overlay);
                if look_again {
                    session.look_again();
                }
                match stages::guarded(|| session.check(&progress)) {
                    Ok(Ok(checked)) => Ok(Arc::new(checked)),
                    Ok(Err(Error::Stopped)) => Err(Failure::Stopped),
                    Ok(Err(error)) => {
                        session.look_again();
                        Err(Failure::Said(error.to_string()))
                    }
                    Err(panic) => {
                        *session = Session::new(request.clone());
                        Err(Failure::Said(panic))
                    }
                }
            }
        };
        Done { workspace, generation, result }
    }
}
