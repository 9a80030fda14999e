// Each row is named by its identifier: that both lie in one workspace says who may touch them, and no more.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function refresh(workspaceId: string, sourceId: string, runId: string): Promise<void> {
  await prisma.source.update({ where: { id: sourceId, workspaceId }, data: { fresh: true } });
  await prisma.run.update({ where: { id: runId, workspaceId }, data: { dispatchedAt: new Date() } });
}
