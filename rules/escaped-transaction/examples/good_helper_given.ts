import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

async function clearScenes(handle: Handle, projectId: string) {
  await handle.delete(scenes).where(eq(scenes.projectId, projectId));
}

export async function restart(projectId: string) {
  await db.transaction(async (tx) => {
    await tx.update(projects).set({ isWelcome: true }).where(eq(projects.id, projectId));
    await clearScenes(tx, projectId);
  });
}
