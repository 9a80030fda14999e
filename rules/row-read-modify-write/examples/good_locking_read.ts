import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function addTag(id: string, tag: string) {
  await db.transaction(async (tx) => {
    const [project] = await tx.select().from(projects).where(eq(projects.id, id)).for("update");
    await tx.update(projects).set({ tags: [...project.tags, tag] }).where(eq(projects.id, id));
  });
}
