import { Kysely } from "kysely";
import { db } from "./db";

export async function archive(projectId: string) {
  await Promise.all([
    db.deleteFrom("scenes").where("project_id", "=", projectId).execute(),
    // racelint-expect: non-transactional-updates
    db.updateTable("projects").set({ archived: true }).where("id", "=", projectId).execute(),
  ]);
}
