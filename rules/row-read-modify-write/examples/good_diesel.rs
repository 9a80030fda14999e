use crate::schema::posts;
use diesel::prelude::*;

pub fn viewed(db: &mut PgConnection, id: i32) -> QueryResult<usize> {
    diesel::update(posts::table.find(id)).set(posts::views.eq(posts::views + 1)).execute(db)
}
