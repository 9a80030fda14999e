// The options are plain data that each call is handed: nobody says that two calls get the same.
import { realpath } from "node:fs/promises";

export interface Options {
  dir: string;
}

export class Unpacker {
  constructor(private readonly options: Options) {}

  target(): string {
    return this.options.dir;
  }
}

export async function unpack(options: Options): Promise<Unpacker> {
  options.dir = await realpath(options.dir);
  return new Unpacker(options);
}

export function unpackBoth(): void {
  void unpack({ dir: "a" });
  void unpack({ dir: "b" });
}
