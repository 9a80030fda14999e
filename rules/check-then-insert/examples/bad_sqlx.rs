use sqlx::PgPool;

pub async fn ensure(pool: &PgPool, name: &str) -> Result<(), sqlx::Error> {
    let known = sqlx::query("SELECT id FROM tags WHERE name = $1").bind(name).fetch_optional(pool).await?;
    if known.is_none() {
        // racelint-expect: check-then-insert
        sqlx::query("INSERT INTO tags (name) VALUES ($1)").bind(name).execute(pool).await?;
    }
    Ok(())
}
