import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function join(code: string, userId: string) {
  const team = await prisma.team.findFirst({ where: { code } });
  await prisma.user.update({ where: { id: userId }, data: { teamId: team.id } });
}
