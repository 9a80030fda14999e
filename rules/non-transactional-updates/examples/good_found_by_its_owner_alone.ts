// The content is only ever read by the key that a document holds: content without a document is seen by nobody.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function upload(name: string, bytes: Buffer): Promise<void> {
  const content = await prisma.content.create({ data: { bytes } });
  await prisma.document.create({ data: { name, contentId: content.id } });
}

export async function download(documentId: string): Promise<Buffer> {
  const document = await prisma.document.findUniqueOrThrow({ where: { id: documentId } });
  const content = await prisma.content.findUniqueOrThrow({ where: { id: document.contentId } });
  return content.bytes;
}

export async function list() {
  return prisma.document.findMany();
}
