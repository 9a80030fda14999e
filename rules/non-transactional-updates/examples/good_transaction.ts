import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function firstPrompt(projectId: string) {
  await db.transaction(async (tx) => {
    await tx.update(projects).set({ isWelcome: false }).where(eq(projects.id, projectId));
    await tx.delete(scenes).where(eq(scenes.projectId, projectId));
  });
}
