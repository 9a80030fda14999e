import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function ensureUser(email: string) {
  const known = await prisma.user.findUnique({ where: { email } });
  if (known) return known;
  // racelint-expect: check-then-insert
  return await prisma.user.create({ data: { email } });
}
