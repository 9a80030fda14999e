// A session with the client library that Visual Studio Code uses: `RACELINT=../../target/debug/racelint npm test`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import rpc from "vscode-languageserver-protocol/node";

const racelint = process.env.RACELINT;

test("a whole session", async () => {
  assert.ok(racelint, "RACELINT names the racelint to run");
  const folder = mkdtempSync(join(tmpdir(), "racelint-"));
  const file = join(folder, "database.ts");
  writeFileSync(join(folder, "racelint.toml"), "");
  copyFileSync(new URL("../../../rules/racy-lazy-init/examples/bad_connection.ts", import.meta.url), file);
  const server = spawn(racelint, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const connection = rpc.createProtocolConnection(
    new rpc.StreamMessageReader(server.stdout),
    new rpc.StreamMessageWriter(server.stdin),
  );
  connection.listen();
  try {
    const textDocument = { uri: pathToFileURL(file).toString() };
    const greeted = await connection.sendRequest(rpc.InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(folder).toString(), name: "folder" }],
      capabilities: { textDocument: { diagnostic: {} }, general: { positionEncodings: ["utf-16"] } },
    });
    assert.equal(greeted.capabilities.positionEncoding, "utf-16");
    await connection.sendNotification(rpc.InitializedNotification.type, {});
    const text = readFileSync(file, "utf8");
    await connection.sendNotification(rpc.DidOpenTextDocumentNotification.type, {
      textDocument: { ...textDocument, languageId: "typescript", version: 1, text },
    });
    const report = await connection.sendRequest(rpc.DocumentDiagnosticRequest.type, { textDocument });
    assert.deepEqual(report.items.map((item) => item.code), ["racy-lazy-init"]);
    const { range } = report.items[0];
    const hover = await connection.sendRequest(rpc.HoverRequest.type, { textDocument, position: range.start });
    assert.match(hover.contents.value, /│/);
    const actions = await connection.sendRequest(rpc.CodeActionRequest.type, {
      textDocument,
      range,
      context: { diagnostics: [] },
    });
    const edit = actions.find((action) => action.edit)?.edit.changes[textDocument.uri][0];
    assert.match(edit.newText, /racelint: allow\(racy-lazy-init\)/);
    await connection.sendNotification(rpc.DidChangeTextDocumentNotification.type, {
      textDocument: { ...textDocument, version: 2 },
      contentChanges: [{ range: edit.range, text: edit.newText }],
    });
    const after = await connection.sendRequest(rpc.DocumentDiagnosticRequest.type, { textDocument });
    assert.deepEqual(after.items, []);
    await connection.sendRequest(rpc.ShutdownRequest.type);
    await connection.sendNotification(rpc.ExitNotification.type);
    assert.equal(await ended, 0);
  } finally {
    connection.dispose();
    server.kill();
    rmSync(folder, { recursive: true });
  }
});
