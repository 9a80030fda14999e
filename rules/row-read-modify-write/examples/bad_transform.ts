import knex from "./knex";
import type { Knex } from "knex";

export async function shorten(id: string) {
  const scene = await knex("scenes").where({ id }).first();
  const code = await transform(scene.code);
  // racelint-expect: row-read-modify-write
  await knex("scenes").where({ id }).update({ code });
}
