//! What the statement makes on its way lives to its end, and the await is inside.

use parking_lot::Mutex;

pub struct Gateway {
    client: Mutex<Client>,
}

impl Gateway {
    pub async fn fetch(&self, url: &str) -> Response {
        // racelint-expect: guard-across-await
        self.client.lock().get(url).send().await
    }
}
