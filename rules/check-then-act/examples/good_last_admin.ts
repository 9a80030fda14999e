import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function leave(teamId: string, userId: string) {
  await prisma.$transaction(
    async (tx) => {
      const admins = await tx.member.count({ where: { teamId, role: "ADMIN" } });
      if (admins <= 1) throw new Error("somebody has to stay");
      await tx.member.delete({ where: { teamId_userId: { teamId, userId } } });
    },
    { isolationLevel: "Serializable" },
  );
}
