use sqlx::PgPool;

pub async fn raise(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    let row = sqlx::query("SELECT count FROM cards WHERE id = $1 FOR UPDATE").bind(id).fetch_one(&mut *tx).await?;
    sqlx::query("UPDATE cards SET count = $1 WHERE id = $2").bind(row.count + 1).bind(id).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
