import { app, BrowserWindow, ipcMain } from "electron";

function createWindow() {
  const window = new BrowserWindow();
  ipcMain.removeHandler("paths");
  ipcMain.handle("paths", () => app.getPath("userData"));
  void window.loadFile("index.html");
}

app.on("activate", () => createWindow());
app.on("second-instance", () => createWindow());
