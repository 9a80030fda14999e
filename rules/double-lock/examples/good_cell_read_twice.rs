//! A cell may be borrowed for reading twice, whoever else writes it at other times: nobody waits for a cell.

use std::cell::{Cell, RefCell};

#[derive(Default)]
pub struct Style {
    sizes: RefCell<Vec<u32>>,
    scale: Cell<u32>,
}

impl Style {
    pub fn title(&self) -> u32 {
        let sizes = self.sizes.borrow();
        sizes.first().copied().unwrap_or_else(|| self.body()) * 2
    }

    pub fn body(&self) -> u32 {
        self.sizes.borrow().last().copied().unwrap_or_default() * self.scale.get()
    }

    pub fn add(&self, size: u32) {
        self.sizes.borrow_mut().push(size);
    }
}
