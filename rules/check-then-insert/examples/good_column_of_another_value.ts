// The row that is made has a column of the same name, with something else in it.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function joinOrFound(url: string, ownUrl: string, name: string): Promise<void> {
  const group = await prisma.group.findFirst({ where: { url } });
  if (!group) {
    await prisma.group.create({ data: { url: ownUrl, name } });
  }
}
