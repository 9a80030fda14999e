import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function ensure(name: string) {
  return db.transaction(async (tx) => {
    const found = await tx.query.projects.findFirst({ where: eq(projects.name, name) });
    if (!found) {
      // racelint-expect: check-then-insert
      await tx.insert(projects).values({ name });
    }
  });
}
