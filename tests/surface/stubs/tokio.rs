//! As much of tokio as the examples name, for the compiler alone.

pub mod sync {
    use std::ops::{Deref, DerefMut};
    use std::sync::Arc;

    pub struct Guard<'a, T: ?Sized>(&'a mut T);
    pub struct OwnedMutexGuard<T: ?Sized>(Box<T>);
    pub struct OwnedSemaphorePermit;
    #[derive(Default)]
    pub struct Mutex<T: ?Sized>(std::sync::Mutex<T>);
    #[derive(Default)]
    pub struct RwLock<T: ?Sized>(std::sync::RwLock<T>);
    pub struct Semaphore;

    impl<T: ?Sized> Deref for Guard<'_, T> {
        type Target = T;
        fn deref(&self) -> &T {
            self.0
        }
    }

    impl<T: ?Sized> DerefMut for Guard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.0
        }
    }

    impl<T> Mutex<T> {
        pub async fn lock(&self) -> Guard<'_, T> {
            unimplemented!()
        }

        pub async fn lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
            unimplemented!()
        }
    }

    impl<T> RwLock<T> {
        pub async fn read(&self) -> Guard<'_, T> {
            unimplemented!()
        }

        pub async fn write(&self) -> Guard<'_, T> {
            unimplemented!()
        }
    }

    impl Semaphore {
        pub async fn acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, ()> {
            unimplemented!()
        }
    }
}

pub fn spawn<F: Future + Send + 'static>(_: F) {}
