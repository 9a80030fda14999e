use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, Set};

pub async fn ensure(db: &DatabaseConnection, name: String) -> Result<(), sea_orm::DbErr> {
    let known = tag::Entity::find().filter(tag::Column::Name.eq(name)).one(db).await?;
    match known {
        Some(_) => {}
        None => {
            // racelint-expect: check-then-insert
            tag::Entity::insert(tag::ActiveModel { name: Set(name) }).exec(db).await?;
        }
    }
    Ok(())
}
