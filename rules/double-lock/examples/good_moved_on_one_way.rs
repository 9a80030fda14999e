//! On one way the guard goes on into the result; on the other it ends before the cell is borrowed again.

use std::cell::{Ref, RefCell};

#[derive(Default)]
pub struct Registry {
    tree: RefCell<Option<String>>,
}

fn load() -> String {
    "tree".to_owned()
}

impl Registry {
    pub fn tree(&self) -> Ref<'_, String> {
        {
            let tree = self.tree.borrow();
            if tree.is_some() {
                return Ref::map(tree, |tree| tree.as_ref().unwrap());
            }
        }
        *self.tree.borrow_mut() = Some(load());
        Ref::map(self.tree.borrow(), |tree| tree.as_ref().unwrap())
    }
}
