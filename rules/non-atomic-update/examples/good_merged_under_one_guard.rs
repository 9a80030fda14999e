use std::collections::HashMap;
use std::sync::{Arc, RwLock};

pub struct Schema {
    tables: HashMap<String, u32>,
}

pub struct Cache {
    schemas: RwLock<HashMap<String, Arc<Schema>>>,
}

fn merge(mut new: Schema, old: &Schema) -> Schema {
    for (name, columns) in &old.tables {
        new.tables.insert(name.clone(), *columns);
    }
    new
}

impl Cache {
    pub fn put(&self, name: String, schema: Schema) {
        let mut schemas = self.schemas.write().unwrap();
        let old = schemas.get(&name).map(Arc::clone);
        let merged = match old {
            Some(old) => merge(schema, &old),
            None => schema,
        };
        schemas.insert(name, Arc::new(merged));
    }
}
