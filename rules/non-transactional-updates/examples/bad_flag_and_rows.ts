import { and, eq, sql } from "drizzle-orm";
import { db } from "./db";
import { orders, items, projects, scenes } from "./schema";

export async function firstPrompt(projectId: string) {
  const project = await db.query.projects.findFirst({ where: eq(projects.id, projectId) });
  if (project.isWelcome) {
    await db.update(projects).set({ isWelcome: false }).where(eq(projects.id, projectId));
    // racelint-expect: non-transactional-updates
    await db.delete(scenes).where(eq(scenes.projectId, projectId));
  }
}
