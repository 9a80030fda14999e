import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function move(from: string, amount: number) {
  await prisma.$transaction(async (tx) => {
    await prisma.auditLog.create({ data: { what: "move", from } });
    await tx.account.update({ where: { id: from }, data: { balance: { decrement: amount } } });
  });
}
