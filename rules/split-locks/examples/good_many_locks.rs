// A type with this many locks has split them on purpose: each part of it is read by itself.
use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Shop {
    rooms: Mutex<HashMap<u32, String>>,
    doors: Mutex<HashMap<u32, u32>>,
    lamps: Mutex<Vec<u32>>,
    guests: Mutex<Vec<String>>,
}

impl Shop {
    pub fn add(&self, door: u32, room: u32, name: String) {
        self.rooms.lock().unwrap().insert(room, name);
        self.doors.lock().unwrap().insert(door, room);
    }

    pub fn remove(&self, door: u32) {
        let room = self.doors.lock().unwrap().remove(&door);
        if let Some(room) = room {
            self.rooms.lock().unwrap().remove(&room);
        }
    }

    pub fn behind(&self, door: u32) -> Option<String> {
        let room = *self.doors.lock().unwrap().get(&door)?;
        self.rooms.lock().unwrap().get(&room).cloned()
    }

    pub fn light(&self, lamp: u32) {
        self.lamps.lock().unwrap().push(lamp);
    }

    pub fn welcome(&self, name: &str) {
        self.guests.lock().unwrap().push(name.to_owned());
    }
}
