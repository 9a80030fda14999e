use rusqlite::{Connection, TransactionBehavior, params};

pub fn ensure(conn: &mut Connection, name: &str) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let count: i64 = tx.query_row("SELECT count(*) FROM tags WHERE name = ?1", params![name], |row| row.get(0))?;
    if count == 0 {
        tx.execute("INSERT INTO tags (name) VALUES (?1)", params![name])?;
    }
    tx.commit()
}
