// A worker that writes how far it has come again and again has the row to itself.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function copyAll(id: string, pages: string[][], copy: (page: string[]) => Promise<number>): Promise<void> {
  const task = await prisma.copyTask.findUnique({ where: { id } });
  if (!task) return;
  for (const page of pages) {
    const count = await copy(page);
    await prisma.copyTask.update({ where: { id }, data: { state: { ...task.state, count } } });
  }
}
