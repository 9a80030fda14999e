// Each document has a command of its own.
import * as vscode from "vscode";

export function activate() {
  vscode.workspace.onDidOpenTextDocument((document) => {
    vscode.commands.registerCommand(`refresh.${document.fileName}`, () => document.save());
  });
}
