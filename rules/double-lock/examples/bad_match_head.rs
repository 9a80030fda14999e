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
            Light::Red => self.set(Light::Green), // racelint-expect: double-lock
            Light::Green => self.set(Light::Red), // racelint-expect: double-lock
        }
    }

    fn set(&self, light: Light) {
        *self.light.lock().unwrap() = light;
    }
}
