use crate::entity::wallet;
use crate::entity::wallet::Entity as Wallet;
use sea_orm::*;

pub async fn deposit(db: &DatabaseConnection, id: i32, amount: i64) -> Result<(), DbErr> {
    let found = Wallet::find_by_id(id).one(db).await?.ok_or(DbErr::RecordNotUpdated)?;
    let mut changed: wallet::ActiveModel = found.clone().into();
    changed.balance = Set(found.balance + amount);
    // racelint-expect: row-read-modify-write
    changed.update(db).await?;
    Ok(())
}
