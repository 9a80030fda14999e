import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function invite(teamId: string, email: string) {
  const team = await prisma.team.findUnique({ where: { id: teamId } });
  if (!team) return;
  await prisma.invite.create({ data: { teamId, email } });
}
