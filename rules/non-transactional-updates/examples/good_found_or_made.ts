// A visitor is made where there is none, and taken where there is one: after a failure the next visit finds it.
import { Prisma, PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

async function visitorOf(siteId: string, key: string) {
  const known = await prisma.visitor.findFirst({ where: { siteId, key } });
  if (known) {
    return known;
  }
  try {
    return await prisma.visitor.create({ data: { siteId, key } });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") {
      return prisma.visitor.findFirstOrThrow({ where: { siteId, key } });
    }
    throw error;
  }
}

export async function visit(siteId: string, key: string): Promise<void> {
  const visitor = await visitorOf(siteId, key);
  await prisma.visit.create({ data: { siteId, visitorId: visitor.id } });
}
