import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function archive(projectId: string) {
  await prisma.$transaction([
    prisma.scene.deleteMany({ where: { projectId } }),
    prisma.project.update({ where: { id: projectId }, data: { archived: true } }),
  ]);
}
