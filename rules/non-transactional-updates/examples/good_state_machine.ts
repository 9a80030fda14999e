import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function run(jobId: string) {
  await prisma.job.update({ where: { id: jobId }, data: { status: "running" } });
  const result = await work(jobId);
  await prisma.job.update({ where: { id: jobId }, data: { status: "done", result } });
}
