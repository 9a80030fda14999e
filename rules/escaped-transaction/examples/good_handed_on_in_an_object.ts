// The transaction goes from helper to helper as a field of an object; who comes without one gets one.
import { PrismaClient, Prisma } from "@prisma/client";

const prisma = new PrismaClient();

async function linkWith({ tx, userId }: { tx: Prisma.TransactionClient; userId: string }): Promise<void> {
  await tx.account.create({ data: { userId, provider: "mail" } });
  await tx.user.update({ where: { id: userId }, data: { provider: "mail" } });
}

export async function link({ userId, tx }: { userId: string; tx?: Prisma.TransactionClient }): Promise<void> {
  if (tx) {
    await linkWith({ tx, userId });
    return;
  }
  await prisma.$transaction(async (own) => {
    await linkWith({ tx: own, userId });
  });
}

export async function recover(userId: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await tx.recovery.deleteMany({ where: { userId } });
    await link({ userId, tx });
  });
}
