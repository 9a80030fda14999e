import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function rename(id: string, name: string) {
  await prisma.project.update({ where: { id }, data: { name } });
  await prisma.auditLog.create({ data: { projectId: id, what: "renamed" } });
}
