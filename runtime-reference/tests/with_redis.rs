//! O1 to O4 against a real redis-server, which is started here; `--features redis`.
#![expect(clippy::unwrap_used, reason = "a test may stop where its set-up fails")]

use runtime_reference::owned_lock::{Fenced, OwnedLock, Redis};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

struct Server {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--save", "", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        let server = Server { child, port, _folder: folder };
        for _ in 0..200 {
            if Redis::connect(server.address(), Duration::from_secs(5)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("the server did not start");
    }

    fn lock(&self, key: &str, time: Duration) -> OwnedLock<Redis> {
        self.patient_lock(key, time, Duration::from_secs(5))
    }

    fn patient_lock(&self, key: &str, time: Duration, patience: Duration) -> OwnedLock<Redis> {
        OwnedLock::new(Redis::connect(self.address(), patience).unwrap(), key, time)
    }

    fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing in it is needed any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_invariants_against_a_real_server() {
    let server = Server::start();
    a_late_holder_does_nothing(&server);
    one_holder_at_a_time(&server);
    a_late_answer_is_no_answer_to_the_next_question(&server);
}

/// O4: what was acquired by a call that had given up is nobody's, and is waited out.
fn a_late_answer_is_no_answer_to_the_next_question(server: &Server) {
    let time = Duration::from_millis(1500);
    let lock = server.patient_lock("paused", time, Duration::from_millis(100));
    let mut connection = redis::Client::open(server.address()).unwrap().get_connection().unwrap();
    redis::cmd("CLIENT").arg("PAUSE").arg(400).exec(&mut connection).unwrap();
    assert!(lock.try_acquire().is_err(), "the server is silent");
    std::thread::sleep(Duration::from_millis(600));
    assert!(lock.try_acquire().unwrap().is_none(), "the first call's answer was taken for the second's");
    std::thread::sleep(time);
    let held = lock.try_acquire().unwrap().expect("its time is over");
    assert!(held.renew().unwrap());
    assert!(held.release().unwrap());
}

fn a_late_holder_does_nothing(server: &Server) {
    let short = Duration::from_millis(150);
    let (one, two) = (server.lock("late", short), server.lock("late", short));
    let file = Fenced::new(0);
    let first = one.try_acquire().unwrap().unwrap();
    assert!(two.try_acquire().unwrap().is_none());
    std::thread::sleep(short / 2);
    assert!(first.renew().unwrap());
    std::thread::sleep(short / 2);
    assert!(two.try_acquire().unwrap().is_none(), "it was renewed");
    std::thread::sleep(short * 2);
    let second = two.try_acquire().unwrap().expect("the first's time is over");
    assert!(second.fence() > first.fence());
    file.write(second.fence(), |value| *value = 2).unwrap();
    assert!(file.write(first.fence(), |value| *value = 1).is_err());
    assert!(!first.renew().unwrap());
    assert!(!first.release().unwrap());
    assert!(second.release().unwrap());
    drop(one.try_acquire().unwrap().expect("free"));
    assert!(two.try_acquire().unwrap().is_some(), "a drop releases");
}

fn one_holder_at_a_time(server: &Server) {
    let (inside, acquired) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let lock = server.lock("busy", Duration::from_secs(30));
                while acquired.load(SeqCst) < 200 {
                    let Some(held) = lock.try_acquire().unwrap() else {
                        continue;
                    };
                    assert_eq!(inside.fetch_add(1, SeqCst), 0, "two at once");
                    acquired.fetch_add(1, SeqCst);
                    inside.fetch_sub(1, SeqCst);
                    assert!(held.release().unwrap());
                }
            });
        }
    });
}
