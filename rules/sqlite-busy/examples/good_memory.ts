import { Database } from "bun:sqlite";

export function openScratch() {
  return new Database(":memory:");
}
