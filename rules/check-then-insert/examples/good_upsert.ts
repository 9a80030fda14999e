import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function ensureUser(email: string) {
  return await prisma.user.upsert({ where: { email }, create: { email }, update: {} });
}
