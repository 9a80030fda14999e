import * as vscode from "vscode";

class Panel {
  private static registered = false;

  show() {
    if (Panel.registered) return;
    Panel.registered = true;
    vscode.commands.registerCommand("panel.refresh", () => vscode.window.showInformationMessage("refreshed"));
  }
}

export function activate() {
  vscode.workspace.onDidOpenTextDocument(() => {
    new Panel().show();
  });
}
