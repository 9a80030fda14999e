// Not a `finally` of the function but one of the promise: it runs when the work has ended.

export class Uploads {
  private uploading = false;

  start(file: Blob): Promise<void> | null {
    if (this.uploading) return null;
    this.uploading = true;
    return this.upload(file).finally(() => {
      this.uploading = false;
    });
  }

  private async upload(file: Blob): Promise<void> {
    const ticket = await fetch("/uploads", { method: "POST" });
    await fetch(await ticket.text(), { method: "PUT", body: file });
  }
}

export const uploads = new Uploads();
