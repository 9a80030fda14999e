// The helper gives back the transaction that it was given, and the global client only where there is none.
import { Prisma, PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

const clientOf = (tx?: Prisma.TransactionClient) => tx ?? prisma;

async function addMember(user: string, team: string, tx?: Prisma.TransactionClient): Promise<void> {
  const client = clientOf(tx);
  await client.member.create({ data: { user, team } });
}

async function rename(user: string, name: string, tx?: Prisma.TransactionClient) {
  return clientOf(tx).user.update({ where: { id: user }, data: { name } });
}

export async function join(user: string, team: string, name: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await addMember(user, team, tx);
    await rename(user, name, tx);
  });
}
