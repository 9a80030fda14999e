use sqlx::PgPool;

pub struct Teams {
    pool: PgPool,
}

impl Teams {
    pub async fn create(&self, name: &str, owner: i64) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        let team = sqlx::query("INSERT INTO teams (name) VALUES ($1) RETURNING id").bind(name).fetch_one(&mut *tx).await?;
        sqlx::query("INSERT INTO members (team_id, user_id) VALUES ($1, $2)").bind(team.id).bind(owner).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
