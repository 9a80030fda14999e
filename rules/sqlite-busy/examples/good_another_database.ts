import { Database } from "./own";

export function openCache(path: string) {
  return new Database(path);
}
