use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, TransactionBehavior, params};

pub fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "journal_mode", "WAL")
}

pub fn take(pool: &r2d2::Pool<SqliteConnectionManager>, id: i64) -> rusqlite::Result<()> {
    let mut conn = pool.get().unwrap();
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let left: i64 = tx.query_row("SELECT amount FROM stock WHERE id = ?1", params![id], |row| row.get(0))?;
    tx.execute("UPDATE stock SET amount = ?1 WHERE id = ?2", params![left - 1, id])?;
    tx.commit()
}
