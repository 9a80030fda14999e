//! Transactions as they are written first: none, or one that reads before it can write.

use rusqlite::{Connection, TransactionBehavior, params};
use std::sync::{Mutex, PoisonError};

/// Accounts on one connection, which is locked for each statement.
pub struct NaiveAccounts {
    db: Mutex<Connection>,
}

impl NaiveAccounts {
    /// The accounts in this database.
    pub fn new(db: Connection) -> Self {
        NaiveAccounts { db: Mutex::new(db) }
    }

    fn sum(&self, id: i64) -> rusqlite::Result<i64> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        db.query_row("SELECT sum FROM account WHERE id = ?1", [id], |row| row.get(0))
    }

    /// Reads and writes in two statements of their own: of two such, one is lost.
    pub fn add(&self, id: i64, more: i64) -> rusqlite::Result<()> {
        let sum = self.sum(id)?;
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        // racelint-expect: row-read-modify-write
        db.execute("UPDATE account SET sum = ?2 WHERE id = ?1", params![id, sum + more])?;
        Ok(())
    }
}

/// Reads, then writes, in a deferred transaction.
///
/// When another has written since the read, the write fails at once as busy,
/// whatever time-out is set: waiting could not make the read new.
pub fn add_deferred(db: &mut Connection, id: i64, more: i64) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let sum: i64 = tx.query_row("SELECT sum FROM account WHERE id = ?1", [id], |r| r.get(0))?;
    // racelint-possible: sqlite-busy
    tx.execute("UPDATE account SET sum = ?2 WHERE id = ?1", (id, sum + more))?;
    tx.commit()
}
