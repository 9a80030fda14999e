//! What one account loses the other gets, and a run that ends in between takes money out of the world.

use sqlx::PgPool;

pub async fn transfer(pool: &PgPool, from: i64, to: i64, amount: i64) -> Result<(), sqlx::Error> {
    let take = sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2");
    take.bind(amount).bind(from).execute(pool).await?;
    let give = sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2");
    // racelint-expect: non-transactional-updates
    give.bind(amount).bind(to).execute(pool).await?;
    Ok(())
}
