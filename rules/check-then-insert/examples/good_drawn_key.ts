// The code is drawn at random: another run that looks for one looks for another.
import { PrismaClient } from "@prisma/client";
import { nanoid } from "nanoid";

const prisma = new PrismaClient();

function draw(title: string): string {
  return `${title}-${nanoid(6)}`;
}

export async function open(title: string, tries = 0) {
  const code = draw(title);
  const known = await prisma.room.findFirst({ where: { code } });
  if (known) {
    return open(title, tries + 1);
  }
  return prisma.room.create({ data: { title, code } });
}
