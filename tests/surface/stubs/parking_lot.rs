//! As much of parking_lot as the examples name, for the compiler alone.

pub struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        unimplemented!()
    }
}
