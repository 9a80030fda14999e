import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function ensureUser(email: string) {
  const known = await prisma.user.findUnique({ where: { email } });
  if (known) return known;
  try {
    return await prisma.user.create({ data: { email } });
  } catch (error) {
    if (error.code === "P2002") return await prisma.user.findUnique({ where: { email } });
    throw error;
  }
}
