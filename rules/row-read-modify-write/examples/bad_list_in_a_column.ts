import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function addTag(id: string, tag: string) {
  const [project] = await db.select().from(projects).where(eq(projects.id, id));
  // racelint-expect: row-read-modify-write
  await db.update(projects).set({ tags: [...project.tags, tag] }).where(eq(projects.id, id));
}
