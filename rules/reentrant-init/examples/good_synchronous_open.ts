import { watchFolder, type Watcher } from "./watcher";

export class Folder {
  private watcher: Watcher | undefined = undefined;

  follow(path: string): void {
    this.watcher?.close();
    this.watcher = watchFolder(path);
  }
}

export const folder = new Folder();
