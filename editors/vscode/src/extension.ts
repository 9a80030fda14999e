// The extension: starts `racelint lsp`, says how it is, and draws schedules.

import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  State,
} from "vscode-languageclient/node";

import { type Schedule, page } from "./schedule";

const LANGUAGES = ["typescript", "typescriptreact", "javascript", "javascriptreact", "rust"];

/** What the server names a finding by. */
interface Named {
  uri: string;
  fingerprint: string;
}

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("racelint", { log: true });
  const status = vscode.window.createStatusBarItem("racelint", vscode.StatusBarAlignment.Left);
  status.name = "racelint";
  status.command = "racelint.showLog";
  const panel = new Panel();
  context.subscriptions.push(
    log,
    status,
    panel,
    vscode.commands.registerCommand("racelint.showLog", () => log.show()),
    vscode.commands.registerCommand("racelint.restart", async () => {
      await client?.stop();
      client = await start(log, status);
    }),
    vscode.commands.registerCommand("racelint.showSchedule", async (named?: Named) => {
      const wanted = named ?? findingAtCursor();
      const schedule = wanted && (await client?.sendRequest<Schedule | null>("racelint/schedule", wanted));
      if (schedule) {
        panel.show(schedule);
      } else {
        void vscode.window.showInformationMessage("racelint found nothing here.");
      }
    }),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("racelint.path")) {
        await vscode.commands.executeCommand("racelint.restart");
      }
    }),
  );
  client = await start(log, status);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(log: vscode.LogOutputChannel, status: vscode.StatusBarItem): Promise<LanguageClient | undefined> {
  const settings = vscode.workspace.getConfiguration("racelint");
  const command = settings.get<string>("path") || "racelint";
  const server: ServerOptions = { command, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
    outputChannel: log,
    initializationOptions: settings,
  };
  const next = new LanguageClient("racelint", "racelint", server, options);
  next.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...(capabilities.experimental as object), racelintSchedules: true };
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  });
  next.onDidChangeState(({ newState }) => say(status, newState));
  say(status, State.Starting);
  status.show();
  try {
    await next.start();
    return next;
  } catch (error) {
    status.text = "$(error) racelint";
    status.tooltip = String(error);
    const choice = await vscode.window.showErrorMessage(
      `racelint could not be started as "${command} lsp". Is it installed, and does racelint.path name it?`,
      "Open the settings",
    );
    if (choice) {
      void vscode.commands.executeCommand("workbench.action.openSettings", "racelint.path");
    }
    return undefined;
  }
}

function say(status: vscode.StatusBarItem, state: State): void {
  const [icon, text] = {
    [State.Stopped]: ["circle-slash", "stopped"],
    [State.Starting]: ["loading~spin", "starting"],
    [State.StartFailed]: ["error", "could not be started"],
    [State.Running]: ["check", "running"],
  }[state] ?? ["question", "unknown"];
  status.text = `$(${icon}) racelint`;
  status.tooltip = `racelint is ${text}. Click for the log.`;
}

/** The finding that the cursor stands on. */
function findingAtCursor(): Named | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return undefined;
  }
  const here = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((one) => one.source === "racelint" && one.range.contains(editor.selection.active));
  const fingerprint = (here[0] as { data?: { fingerprint?: string } } | undefined)?.data?.fingerprint;
  return fingerprint ? { uri: editor.document.uri.toString(), fingerprint } : undefined;
}

/** The place beside the code where a schedule is drawn. */
class Panel implements vscode.Disposable {
  private view: vscode.WebviewPanel | undefined;
  private shown: Schedule | undefined;

  show(schedule: Schedule): void {
    this.shown = schedule;
    if (!this.view) {
      this.view = vscode.window.createWebviewPanel(
        "racelint.schedule",
        "Schedule",
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true, localResourceRoots: [] },
      );
      this.view.onDidDispose(() => (this.view = undefined));
      this.view.webview.onDidReceiveMessage((step: number) => void this.go(step));
    }
    this.view.title = schedule.rule;
    this.view.webview.html = page(schedule, nonce());
    this.view.reveal(undefined, true);
  }

  /** Opens the code of a step. */
  private async go(step: number): Promise<void> {
    const location = this.shown?.steps[step]?.location;
    if (!location) {
      return;
    }
    const { start, end } = location.range;
    const selection = new vscode.Range(start.line, start.character, end.line, end.character);
    await vscode.window.showTextDocument(vscode.Uri.parse(location.uri), {
      selection,
      viewColumn: vscode.ViewColumn.One,
    });
  }

  dispose(): void {
    this.view?.dispose();
  }
}

function nonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
