// The insert is tried by itself, and the only thing that its error can mean is answered.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function join(teamId: string, userId: string): Promise<string> {
  const known = await prisma.member.findFirst({ where: { teamId, userId } });
  if (known) {
    return "a member already";
  }
  try {
    await prisma.member.create({ data: { teamId, userId } });
  } catch {
    return "a member already";
  }
  return "joined";
}
