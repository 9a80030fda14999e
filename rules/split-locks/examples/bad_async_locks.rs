//! The same with locks of an async runtime: every `.await` is a place where another task can come in.

use std::collections::HashSet;

use tokio::sync::RwLock;

#[derive(Default)]
pub struct Cluster {
    members: RwLock<HashSet<String>>,
    leader: RwLock<Option<String>>,
}

impl Cluster {
    pub async fn elect(&self, name: String) {
        self.members.write().await.insert(name.clone());
        // racelint-expect: split-locks
        *self.leader.write().await = Some(name);
    }

    pub async fn leave(&self, name: &str) {
        self.members.write().await.remove(name);
        // racelint-expect: split-locks
        let mut leader = self.leader.write().await;
        if leader.as_deref() == Some(name) {
            *leader = None;
        }
    }

    pub async fn status(&self) -> (usize, Option<String>) {
        let members = self.members.read().await.len();
        // racelint-expect: split-locks
        let leader = self.leader.read().await.clone();
        (members, leader)
    }
}
