//! The same on one transaction.

use sqlx::PgPool;

pub async fn transfer(pool: &PgPool, from: i64, to: i64, amount: i64) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    let take = sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2");
    take.bind(amount).bind(from).execute(&mut *tx).await?;
    let give = sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2");
    give.bind(amount).bind(to).execute(&mut *tx).await?;
    tx.commit().await
}
