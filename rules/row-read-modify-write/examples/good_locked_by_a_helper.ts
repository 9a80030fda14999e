// The rows are locked by a statement in a helper before anybody reads them.
import { PrismaClient, Prisma } from "@prisma/client";

const prisma = new PrismaClient();

async function lockItemsOf(tx: Prisma.TransactionClient, listId: string): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM items WHERE list_id = ${listId} FOR UPDATE`;
}

export async function moveDown(listId: string, id: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await lockItemsOf(tx, listId);
    const item = await tx.item.findUnique({ where: { id } });
    if (!item) return;
    await tx.item.update({ where: { id }, data: { position: item.position + 1 } });
  });
}
