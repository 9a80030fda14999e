//! A read and a write as they are written first: at the server's default level.

use postgres::Client;

/// Reads, then writes, in one transaction at READ COMMITTED: of two such, one is lost.
pub fn add_read_committed(client: &mut Client, id: i64, more: i64) -> Result<(), postgres::Error> {
    let mut tx = client.transaction()?;
    let row = tx.query_one("SELECT sum FROM account WHERE id = $1", &[&id])?;
    let sum: i64 = row.get(0);
    // racelint-expect: row-read-modify-write
    tx.execute("UPDATE account SET sum = $2 WHERE id = $1", &[&id, &(sum + more)])?;
    tx.commit()
}
