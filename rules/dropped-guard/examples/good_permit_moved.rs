// A name of its own moves the permit into the task; one that stays with the loop on purpose is simply not named there.
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
                let _permit = permit;
                job.run().await
            });
        }
    }

    pub async fn run_one(&self, job: Job) {
        let permit = self.free.clone().acquire_owned().await.unwrap();
        job.run().await;
        drop(permit);
    }
}
