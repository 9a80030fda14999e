import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

// Two admins leave at once: each counts the other.
export async function leave(teamId: string, userId: string) {
  const admins = await prisma.member.count({ where: { teamId, role: "ADMIN" } });
  if (admins <= 1) throw new Error("somebody has to stay");
  // racelint-expect: check-then-act
  await prisma.member.delete({ where: { teamId_userId: { teamId, userId } } });
}
