use rusqlite::{Connection, params};
use std::sync::Mutex;

pub struct Store {
    conn: Mutex<Connection>,
}

impl Store {
    pub fn raise(&self, id: i64) -> rusqlite::Result<()> {
        let conn = self.conn.lock().unwrap();
        let count: i64 = conn.query_row("SELECT count FROM cards WHERE id = ?1", params![id], |row| row.get("count"))?;
        conn.execute("UPDATE cards SET count = ?1 WHERE id = ?2", params![count + 1, id])?;
        Ok(())
    }
}
