import { router } from "./router";

export class Context {
  static tenant: string | undefined;
}

router.post("/invoices", async (request) => {
  Context.tenant = request.params.tenant;
  await fetch("/audit", { method: "POST" });
  // racelint-expect: shared-request-state
  return { tenant: Context.tenant };
});
