// Every window sets up the handlers of the channels, and a channel can have one: the second window fails.
import { app, BrowserWindow, ipcMain } from "electron";

function createWindow() {
  const window = new BrowserWindow({ width: 800, height: 600 });
  // racelint-possible: instance-guard
  ipcMain.handle("paths", () => app.getPath("userData"));
  void window.loadFile("index.html");
}

void app.whenReady().then(() => {
  createWindow();
  app.on("activate", () => createWindow());
});
