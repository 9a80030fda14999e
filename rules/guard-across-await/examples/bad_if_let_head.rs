//! The guard of the head lives to the end of both branches.

use std::sync::RwLock;

pub struct Card {
    title: RwLock<Option<String>>,
}

impl Card {
    pub fn rename(&self, title: String) {
        *self.title.write().unwrap() = Some(title);
    }

    pub async fn title(&self) -> String {
        // racelint-expect: guard-across-await
        if let Some(title) = &*self.title.read().unwrap() {
            title.clone()
        } else {
            self.compute().await
        }
    }

    async fn compute(&self) -> String {
        fetch_title().await
    }
}
