// `let _ = permit` inside the task does not move the permit into it: it ends with the round of the loop.
use std::sync::Arc;
use tokio::sync::Semaphore;

pub struct Pool {
    free: Arc<Semaphore>,
}

impl Pool {
    pub async fn run_all(&self, jobs: Vec<Job>) {
        for job in jobs {
            let free = self.free.clone();
            let permit = free.acquire_owned().await.unwrap();
            tokio::spawn(async move {
                // racelint-expect: dropped-guard
                let _ = permit;
                job.run().await
            });
        }
    }
}
