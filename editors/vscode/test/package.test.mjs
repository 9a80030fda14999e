// What is in the package, and that a schedule is drawn without anything of the code becoming a part of the page.
// `npm run package` makes it first.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { execFileSync } from "node:child_process";
import { buildSync } from "esbuild";

const folder = new URL("..", import.meta.url).pathname;

test("the package holds the extension and nothing else", () => {
  assert.ok(existsSync(`${folder}racelint.vsix`), "npm run package makes it");
  const list = execFileSync("python3", ["-m", "zipfile", "-l", `${folder}racelint.vsix`], { encoding: "utf8" });
  const files = list.split("\n").slice(1).map((line) => line.split(/\s/)[0]).filter((name) => name);
  const wanted = ["LICENSE.txt", "dist/extension.js", "package.json", "readme.md"].map((name) => `extension/${name}`);
  assert.deepEqual(files.sort(), ["[Content_Types].xml", ...["extension.vsixmanifest", ...wanted].sort()].sort());
});

test("the bundle exports what the editor calls", () => {
  const built = buildSync({
    entryPoints: [`${folder}src/extension.ts`],
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
    write: false,
    metafile: true,
  });
  const text = built.outputFiles[0].text;
  assert.match(text, /activate: \(\) => activate/);
  assert.match(text, /deactivate: \(\) => deactivate/);
});

test("a schedule is drawn, and its texts stay texts", async () => {
  const built = buildSync({ entryPoints: [`${folder}src/schedule.ts`], bundle: true, format: "esm", write: false });
  const { page } = await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);
  const step = (lane, code) => ({ lane, code, text: "reads <it>", path: "a.ts", line: 3, location: null });
  const drawn = page(
    {
      rule: "racy-lazy-init",
      violation: "lost update",
      message: "</h2><script>alert(1)</script>",
      outcome: "the second one wins",
      help: "keep the promise",
      assumptions: ['"quoted"'],
      confidence: "likely",
      url: "rules/racy-lazy-init/README.md",
      steps: [step("A", "if (a < b && c)"), step("B", "</code>")],
    },
    "0123",
  );
  assert.equal(drawn.match(/<script/g).length, 1);
  assert.match(drawn, /<th>A<\/th><th>B<\/th>/);
  assert.match(drawn, /if \(a &lt; b &amp;&amp; c\)/);
  assert.match(drawn, /data-step="1"/);
  assert.match(drawn, /&quot;quoted&quot;/);
  assert.match(drawn, /script-src 'nonce-0123'/);
});
