// `return await` waits inside the `try`, so `finally` comes after the work.

export class Reports {
  private building = false;

  async build(id: string): Promise<string | null> {
    if (this.building) return null;
    this.building = true;
    try {
      return await this.render(id);
    } finally {
      this.building = false;
    }
  }

  private async render(id: string): Promise<string> {
    const answer = await fetch(`/reports/${id}`, { method: "POST" });
    return await answer.text();
  }
}

export const reports = new Reports();
