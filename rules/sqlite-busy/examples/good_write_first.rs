use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, params};

pub fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "journal_mode", "WAL")
}

pub fn take(pool: &r2d2::Pool<SqliteConnectionManager>, id: i64) -> rusqlite::Result<i64> {
    let mut conn = pool.get().unwrap();
    let tx = conn.transaction()?;
    tx.execute("UPDATE stock SET amount = amount - 1 WHERE id = ?1", params![id])?;
    let left: i64 = tx.query_row("SELECT amount FROM stock WHERE id = ?1", params![id], |row| row.get(0))?;
    tx.commit()?;
    Ok(left)
}
