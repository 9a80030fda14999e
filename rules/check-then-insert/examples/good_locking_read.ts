import knex from "./knex";
import type { Knex } from "knex";

export async function put(userId: string, theme: string) {
  await knex.transaction(async (trx) => {
    const row = await trx("users").where({ id: userId }).forUpdate().first();
    const found = await trx("settings").where({ user_id: userId }).first();
    if (!found) await trx("settings").insert({ user_id: userId, theme });
  });
}
