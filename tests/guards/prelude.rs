#![allow(warnings)]
use std::cell::RefCell;
struct G(&'static str);
impl Drop for G {
    fn drop(&mut self) {
        println!("{}", self.0)
    }
}
impl G {
    fn look(&self) -> bool {
        true
    }
    fn deny(&self) -> bool {
        false
    }
    fn id(&self) -> &G {
        self
    }
    fn pass(self) -> G {
        self
    }
    fn some(&self) -> Option<bool> {
        Some(true)
    }
    fn none(&self) -> Option<bool> {
        None
    }
    fn wait(&self) -> std::future::Ready<bool> {
        std::future::ready(true)
    }
}
struct Pair {
    a: G,
    b: G,
}
struct Refer<'a>(&'a G);
struct Hold<'a> {
    of: &'a G,
}
fn g(name: &'static str) -> G {
    G(name)
}
fn say(text: &'static str) {
    println!("{text}")
}
fn eat(_: G) {}
fn look(_: &G) -> bool {
    true
}
fn both(_: &G, _: &G) -> bool {
    true
}
fn some(name: &'static str) -> Option<G> {
    Some(G(name))
}
fn none() -> Option<G> {
    None
}
fn ok(name: &'static str) -> Result<G, G> {
    Ok(G(name))
}
fn err(name: &'static str) -> Result<G, G> {
    Err(G(name))
}
fn two(a: &'static str, b: &'static str) -> (G, G) {
    (G(a), G(b))
}
fn list(a: &'static str, b: &'static str) -> Vec<G> {
    vec![G(a), G(b)]
}
fn yes() -> bool {
    true
}
fn no() -> bool {
    false
}
fn run<T>(f: impl FnOnce() -> T) -> T {
    f()
}
fn block_on<T>(future: impl std::future::Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(&waker);
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
