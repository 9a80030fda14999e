import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function createTeam(name: string, ownerId: string) {
  const team = await prisma.team.create({ data: { name } });
  // racelint-expect: non-transactional-updates
  await prisma.member.create({ data: { teamId: team.id, userId: ownerId } });
  return team;
}
