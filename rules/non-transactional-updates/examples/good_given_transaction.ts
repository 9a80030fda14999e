import knex from "./knex";
import type { Knex } from "knex";

async function writeAll(trx: Knex.Transaction, id: string) {
  await trx("scenes").where({ project_id: id }).del();
  await trx("projects").where({ id }).update({ archived: true });
}

export async function archive(id: string) {
  await knex.transaction(async (trx) => {
    await writeAll(trx, id);
  });
}
