import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function spend(userId: string, price: number) {
  await prisma.$transaction(
    async (tx) => {
      const user = await tx.user.findUnique({ where: { id: userId } });
      await tx.user.update({ where: { id: userId }, data: { credits: user.credits - price } });
    },
    { isolationLevel: "Serializable" },
  );
}
