import { useEffect } from "react";
import * as fs from "node:fs";
import { access } from "node:fs/promises";

export function useChanges(path: string, changed: () => void): void {
  useEffect(() => {
    let gone = false;
    let watcher: fs.FSWatcher | undefined;
    const begin = async () => {
      await access(path);
      if (gone) return;
      watcher = fs.watch(path, changed);
    };
    void begin();
    return () => {
      gone = true;
      watcher?.close();
    };
  }, [path, changed]);
}
