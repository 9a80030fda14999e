use rusqlite::{Connection, params};
use std::sync::Mutex;

pub struct Store {
    conn: Mutex<Connection>,
}

impl Store {
    fn count(&self, id: i64) -> rusqlite::Result<i64> {
        let conn = self.conn.lock().unwrap();
        conn.query_row("SELECT count FROM cards WHERE id = ?1", params![id], |row| row.get("count"))
    }

    pub fn raise(&self, id: i64) -> rusqlite::Result<()> {
        let count = self.count(id)?;
        let conn = self.conn.lock().unwrap();
        // racelint-expect: row-read-modify-write
        conn.execute("UPDATE cards SET count = ?1 WHERE id = ?2", params![count + 1, id])?;
        Ok(())
    }
}
