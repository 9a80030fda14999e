import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function createTeam(name: string, ownerId: string) {
  return prisma.team.create({ data: { name, members: { create: [{ userId: ownerId }] } } });
}
