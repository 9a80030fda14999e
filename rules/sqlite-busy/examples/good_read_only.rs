use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::params;

pub fn left(pool: &r2d2::Pool<SqliteConnectionManager>, id: i64) -> rusqlite::Result<i64> {
    let mut conn = pool.get().unwrap();
    let tx = conn.transaction()?;
    let left: i64 = tx.query_row("SELECT amount FROM stock WHERE id = ?1", params![id], |row| row.get(0))?;
    tx.commit()?;
    Ok(left)
}
