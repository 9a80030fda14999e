// The new picture is not seen before the account points to it: a picture more does no harm.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function setPicture(accountId: string, bytes: Buffer): Promise<void> {
  const picture = await prisma.picture.create({ data: { bytes } });
  await prisma.account.update({ where: { id: accountId }, data: { pictureId: picture.id } });
}
