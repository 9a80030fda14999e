//! Nobody knows what kind of lock this is.

use house::Mutex;

pub struct Meter {
    count: Mutex<u64>,
}

impl Meter {
    pub async fn report(&self, to: &Sink) {
        let count = self.count.lock();
        to.send(*count).await;
    }
}
