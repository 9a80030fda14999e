import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function move(from: string, amount: number) {
  await prisma.$transaction(async (tx) => {
    const rate = await prisma.rate.findFirst({ where: { current: true } });
    await tx.account.update({ where: { id: from }, data: { balance: { decrement: amount * rate.value } } });
  });
}
