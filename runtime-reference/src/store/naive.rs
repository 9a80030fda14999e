//! Transactions as they are written first: none, or one that reads before it can write.

use rusqlite::{Connection, TransactionBehavior};

/// Reads and writes in two statements of their own: of two such, one is lost.
pub fn add_in_two_statements(db: &Connection, id: i64, more: i64) -> rusqlite::Result<()> {
    let sum: i64 = db.query_row("SELECT sum FROM account WHERE id = ?1", [id], |r| r.get(0))?;
    // racelint-missed: row-read-modify-write
    db.execute("UPDATE account SET sum = ?2 WHERE id = ?1", (id, sum + more))?;
    Ok(())
}

/// Reads, then writes, in a deferred transaction.
///
/// When another has written since the read, the write fails at once as busy,
/// whatever time-out is set: waiting could not make the read new.
pub fn add_deferred(db: &mut Connection, id: i64, more: i64) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let sum: i64 = tx.query_row("SELECT sum FROM account WHERE id = ?1", [id], |r| r.get(0))?;
    // racelint-expect: sqlite-busy
    tx.execute("UPDATE account SET sum = ?2 WHERE id = ?1", (id, sum + more))?;
    tx.commit()
}
