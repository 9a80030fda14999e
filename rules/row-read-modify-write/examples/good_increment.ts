import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function spend(userId: string, price: number) {
  const user = await prisma.user.findUnique({ where: { id: userId } });
  if (!user) return;
  await prisma.user.update({ where: { id: userId }, data: { credits: { decrement: price } } });
}
