import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

async function writeMembers(db: Db, teamId: string, ids: string[]) {
  await db.member.deleteMany({ where: { teamId } });
  await db.team.update({ where: { id: teamId }, data: { size: ids.length } });
}

export async function inTransaction(teamId: string, ids: string[]) {
  await prisma.$transaction(async (tx) => {
    await writeMembers(tx, teamId, ids);
  });
}

export async function without(teamId: string, ids: string[]) {
  // racelint-expect: non-transactional-updates
  await writeMembers(prisma, teamId, ids);
}
