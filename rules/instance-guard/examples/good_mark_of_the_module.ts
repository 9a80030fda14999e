import { app, BrowserWindow, ipcMain } from "electron";

let registered = false;

function setUpHandlers() {
  if (registered) return;
  registered = true;
  ipcMain.handle("paths", () => app.getPath("userData"));
}

function createWindow() {
  const window = new BrowserWindow();
  setUpHandlers();
  void window.loadFile("index.html");
}

app.on("activate", () => createWindow());
app.on("second-instance", () => createWindow());
