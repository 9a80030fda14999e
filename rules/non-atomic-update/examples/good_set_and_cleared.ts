// Set before the work and cleared behind it: nothing that is written rests on what was read.
export class Form {
  saving = false;
  error: string | null = null;

  async save(text: string): Promise<void> {
    this.saving = true;
    this.error = null;
    try {
      await fetch("/form", { method: "PUT", body: text });
    } catch (error) {
      this.error = String(error);
    } finally {
      this.saving = false;
    }
  }
}

export const form = new Form();
document.addEventListener("submit", () => void form.save("text"));
