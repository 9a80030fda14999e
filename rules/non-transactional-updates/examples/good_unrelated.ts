import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function nightly(a: string, b: string) {
  await prisma.project.update({ where: { id: a }, data: { checked: true } });
  await prisma.invoice.update({ where: { id: b }, data: { sent: true } });
}
