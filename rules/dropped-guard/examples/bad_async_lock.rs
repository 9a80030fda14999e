//! The same with a lock that is awaited.

use tokio::sync::Mutex;

pub struct Agreement {
    turn: Mutex<()>,
}

impl Agreement {
    async fn store(&self, state: u32) {
        write_state(state).await;
    }

    pub async fn approve(&self) {
        let _turn = self.turn.lock().await;
        self.store(1).await;
    }

    pub async fn end(&self) {
        // racelint-expect: dropped-guard
        self.turn.lock().await;
        self.store(2).await;
    }
}
