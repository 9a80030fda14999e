// A number is drawn from a counter first: where the run ends there, one number stays unused, which nobody misses.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function createInvoice(customerId: string): Promise<void> {
  const counter = await prisma.counter.update({ where: { id: "invoice" }, data: { value: { increment: 1 } } });
  await prisma.invoice.create({ data: { id: `invoice_${counter.value}`, customerId } });
}
