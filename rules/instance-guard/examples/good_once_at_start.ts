import { app, BrowserWindow, ipcMain } from "electron";

function createWindow() {
  const window = new BrowserWindow();
  void window.loadFile("index.html");
}

void app.whenReady().then(() => {
  ipcMain.handle("paths", () => app.getPath("userData"));
  createWindow();
  app.on("activate", () => createWindow());
});
