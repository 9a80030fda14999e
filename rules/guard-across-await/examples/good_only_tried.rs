// Everybody only tries the lock: nobody blocks a thread for it.
use std::sync::{Arc, Mutex};

pub struct File {
    cell: Arc<Mutex<Vec<u8>>>,
}

impl File {
    pub async fn read(&self) -> Option<usize> {
        let Ok(bytes) = self.cell.try_lock() else { return None };
        tokio::task::yield_now().await;
        Some(bytes.len())
    }

    pub async fn clear(&self) -> bool {
        match self.cell.try_lock() {
            Ok(mut bytes) => {
                tokio::task::yield_now().await;
                bytes.clear();
                true
            }
            Err(_) => false,
        }
    }
}
