// The component goes while the path is looked at: what is opened then, nobody closes.
import { useEffect } from "react";
import * as fs from "node:fs";
import { access } from "node:fs/promises";

export function useChanges(path: string, changed: () => void): void {
  useEffect(() => {
    let watcher: fs.FSWatcher | undefined;
    const begin = async () => {
      await access(path);
      // racelint-expect: stale-response
      watcher = fs.watch(path, changed);
    };
    void begin();
    return () => {
      watcher?.close();
    };
  }, [path, changed]);
}
