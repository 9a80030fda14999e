import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function touch(userId: string) {
  const user = await prisma.user.findUnique({ where: { id: userId } });
  await prisma.user.update({ where: { id: userId }, data: { greeting: `Hello ${user.name}` } });
}
