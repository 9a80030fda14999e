import knex from "./knex";
import type { Knex } from "knex";

export async function placeOrder(customer: string, wanted: Line[]) {
  const [order] = await knex("orders").insert({ customer }).returning("*");
  for (const line of wanted) {
    // racelint-expect: non-transactional-updates
    await knex("lines").insert({ order_id: order.id, sku: line.sku });
  }
}
