// What is to be deleted stands on a list, and is taken off it last: after a failure it is deleted again.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function clean(projectId: string): Promise<void> {
  const pending = await prisma.pendingDeletion.findMany({ where: { projectId, done: false } });
  const ids = pending.map((row) => row.objectId);
  await prisma.execution.deleteMany({ where: { projectId, traceId: { in: ids } } });
  await prisma.pendingDeletion.updateMany({ where: { projectId, objectId: { in: ids } }, data: { done: true } });
}
