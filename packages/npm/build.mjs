// Makes the npm packages: node packages/npm/build.mjs OUT PLATFORM=BINARY...
//
// `racelint` holds the launcher and names the packages of all platforms as optional dependencies; each of those holds one
// binary and says which machines it is for, so that package managers fetch that one only. Nothing runs on installation.

import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "..", "..");
const [out, ...binaries] = process.argv.slice(2);
if (!out || binaries.length === 0) {
  console.error("node packages/npm/build.mjs OUT PLATFORM=BINARY...");
  process.exit(2);
}

const manifest = readFileSync(join(top, "Cargo.toml"), "utf8");
const own = manifest.slice(manifest.indexOf("[package]"));
const field = (name) => own.match(new RegExp(`^${name} = "(.*)"$`, "m"))[1];
const platforms = JSON.parse(readFileSync(join(here, "platforms.json"), "utf8"));
const common = { version: field("version"), license: "MIT OR Apache-2.0" };

function make(folder, manifest, files) {
  mkdirSync(join(out, folder), { recursive: true });
  writeFileSync(join(out, folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [from, to] of files) copyFileSync(from, join(out, folder, to));
}

const licences = ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => [join(top, name), name]);

make(
  "racelint",
  {
    name: "racelint",
    ...common,
    description: field("description"),
    bin: { racelint: "racelint.js" },
    files: ["racelint.js"],
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(Object.keys(platforms).map((name) => [`@racelint/${name}`, common.version])),
  },
  [[join(here, "racelint.js"), "racelint.js"], [join(top, "README.md"), "README.md"], ...licences],
);

for (const argument of binaries) {
  const [name, binary] = argument.split("=");
  const platform = platforms[name];
  if (!platform) {
    console.error(`${name} is none of ${Object.keys(platforms).join(", ")}`);
    process.exit(2);
  }
  const file = platform.os === "win32" ? "racelint.exe" : "racelint";
  make(
    name,
    {
      name: `@racelint/${name}`,
      ...common,
      description: `The racelint binary for ${name}`,
      os: [platform.os],
      cpu: [platform.cpu],
      ...(platform.libc ? { libc: [platform.libc] } : {}),
      files: [file],
      preferUnplugged: true,
    },
    [[binary, file], ...licences],
  );
  chmodSync(join(out, name, file), 0o755);
}
