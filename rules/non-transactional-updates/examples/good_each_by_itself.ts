// Two side effects of one event: each is tried by itself, and what fails is logged.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export async function finished(responseId: string, workspaceId: string): Promise<void> {
  try {
    await prisma.source.updateMany({ where: { workspaceId }, data: { lastResponse: responseId } });
  } catch (error) {
    console.error("source", error);
  }
  try {
    await prisma.workflow.updateMany({ where: { workspaceId }, data: { dispatched: responseId } });
  } catch (error) {
    console.error("workflow", error);
  }
}
