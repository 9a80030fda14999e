import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function addTag(id: string, tag: string) {
  const [project] = await db.select().from(projects).where(eq(projects.id, id));
  const done = await db
    .update(projects)
    .set({ tags: [...project.tags, tag], version: project.version + 1 })
    .where(and(eq(projects.id, id), eq(projects.version, project.version)))
    .returning();
  if (done.length === 0) throw new Error("changed meanwhile");
}
