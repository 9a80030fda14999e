import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function ensure(name: string) {
  const found = await db.query.projects.findFirst({ where: eq(projects.name, name) });
  if (!found) {
    await db.insert(projects).values({ name }).onConflictDoNothing();
  }
}
