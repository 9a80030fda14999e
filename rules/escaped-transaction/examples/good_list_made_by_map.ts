// A transaction of a list is over when its call is: what comes behind it, another list among it, is not inside.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function saveAttributes(owner: string, known: { key: string }[], added: { key: string }[]): Promise<void> {
  await prisma.$transaction(
    known.map(({ key }) =>
      prisma.attribute.upsert({ where: { key }, update: { owner }, create: { key, owner } }),
    ),
  );
  await prisma.$transaction(added.map(({ key }) => prisma.attributeKey.create({ data: { key, owner } })));
}
