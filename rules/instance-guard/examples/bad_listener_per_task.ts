// Each task adds a listener for all terminals of the editor: with two tasks every command is counted twice.
import * as vscode from "vscode";

const commands = { started: 0 };

class Task {
  constructor(private readonly name: string) {
    // racelint-possible: instance-guard
    vscode.window.onDidStartTerminalShellExecution(() => {
      commands.started = commands.started + 1;
    });
  }

  title() {
    return `${this.name}: ${commands.started}`;
  }
}

export function activate() {
  vscode.window.onDidOpenTerminal((terminal) => {
    const task = new Task(terminal.name);
    void vscode.window.showInformationMessage(task.title());
  });
}
