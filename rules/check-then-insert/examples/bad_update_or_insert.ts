import knex from "./knex";
import type { Knex } from "knex";

export async function put(userId: string, theme: string) {
  const rows = await knex("settings").where({ user_id: userId });
  if (rows.length) {
    await knex("settings").where({ user_id: userId }).update({ theme });
  } else {
    // racelint-expect: check-then-insert
    await knex("settings").insert({ user_id: userId, theme });
  }
}
