//! The guard in the head of a `match` lives through every arm, also when only a copy was taken from it.

use std::sync::Mutex;

#[derive(Clone, Copy, PartialEq)]
pub enum Light {
    Red,
    Green,
}

pub struct Crossing {
    light: Mutex<Light>,
}

impl Crossing {
    pub fn switch(&self) {
        match *self.light.lock().unwrap() {
            Light::Red => self.set(Light::Green),
            Light::Green => self.set(Light::Red),
        }
    }

    fn set(&self, light: Light) {
        // racelint-expect: double-lock
        *self.light.lock().unwrap() = light;
    }
}
