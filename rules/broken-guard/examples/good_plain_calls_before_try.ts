// Plain calls between the claim and the `try` do not fail: there is no way out that leaves the flag up.

export class Import {
  private importing = false;
  private seen = 0;

  async run(lines: string[]): Promise<void> {
    if (this.importing) return;
    this.importing = true;
    this.reset();
    const body = lines.join("\n");
    try {
      await fetch("/imports", { method: "POST", body });
      this.seen = lines.length;
    } finally {
      this.importing = false;
    }
  }

  private reset(): void {
    this.seen = 0;
  }
}

export const importer = new Import();
