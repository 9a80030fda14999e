// A field that the request leaves out is written as it was read: at most that one value is a moment old.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function connect(projectId: string, host: string, token?: string): Promise<void> {
  const known = await prisma.connection.findUnique({ where: { projectId } });
  await prisma.connection.update({ where: { projectId }, data: { host, token: token ?? known.token } });
}
