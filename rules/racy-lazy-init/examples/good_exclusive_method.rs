// Whoever calls it has borrowed the controller exclusively: the language lets nobody else in meanwhile.
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Sender, channel};

pub struct Controller {
    server: Option<Sender<String>>,
}

async fn start() -> Sender<String> {
    let (sender, mut receiver) = channel(8);
    tokio::spawn(async move { while receiver.recv().await.is_some() {} });
    tokio::task::yield_now().await;
    sender
}

impl Controller {
    pub async fn reload(&mut self) {
        if self.server.is_none() {
            let server = start().await;
            self.server = Some(server);
        }
    }
}

pub fn serve(controller: Arc<Mutex<Controller>>) {
    for _ in 0..4 {
        let controller = controller.clone();
        tokio::spawn(async move { controller.lock().await.reload().await });
    }
}
