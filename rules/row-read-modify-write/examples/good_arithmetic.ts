import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function raise(id: string) {
  await db.update(projects).set({ count: sql`${projects.count} + 1` }).where(eq(projects.id, id));
}
