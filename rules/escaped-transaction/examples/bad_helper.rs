use sqlx::PgPool;

pub struct Places {
    pool: PgPool,
}

impl Places {
    async fn drop_entries(&self, id: i64) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM entries WHERE place_id = $1").bind(id).execute(&self.pool).await?;
        Ok(())
    }

    pub async fn remove(&self, id: i64) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        // racelint-expect: escaped-transaction
        self.drop_entries(id).await?;
        sqlx::query("DELETE FROM places WHERE id = $1").bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
