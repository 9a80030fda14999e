import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

async function clearScenes(projectId: string) {
  await db.delete(scenes).where(eq(scenes.projectId, projectId));
}

export async function restart(projectId: string) {
  await db.transaction(async (tx) => {
    await tx.update(projects).set({ isWelcome: true }).where(eq(projects.id, projectId));
    // racelint-expect: escaped-transaction
    await clearScenes(projectId);
  });
}
