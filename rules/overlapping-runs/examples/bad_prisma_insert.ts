import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

async function schedule(): Promise<void> {
  const repos = await prisma.repo.findMany({ where: { due: true } });
  for (const repo of repos) {
    await prisma.job.create({ data: { repoId: repo.id } });
  }
}

// racelint-expect: overlapping-runs
setInterval(schedule, 60_000);
