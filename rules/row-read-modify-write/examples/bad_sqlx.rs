use sqlx::PgPool;

pub async fn raise(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    let row = sqlx::query("SELECT count FROM cards WHERE id = $1").bind(id).fetch_one(pool).await?;
    // racelint-expect: row-read-modify-write
    sqlx::query("UPDATE cards SET count = $1 WHERE id = $2").bind(row.count + 1).bind(id).execute(pool).await?;
    Ok(())
}
