use sqlx::{PgPool, Postgres, Transaction};

async fn drop_entries(tx: &mut Transaction<'_, Postgres>, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM entries WHERE place_id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

pub async fn remove(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    drop_entries(&mut tx, id).await?;
    sqlx::query("DELETE FROM places WHERE id = $1").bind(id).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
