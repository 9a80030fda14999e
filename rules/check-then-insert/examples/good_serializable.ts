import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function ensureUser(email: string) {
  await prisma.$transaction(
    async (tx) => {
      const known = await tx.user.findUnique({ where: { email } });
      if (!known) await tx.user.create({ data: { email } });
    },
    { isolationLevel: "Serializable" },
  );
}
