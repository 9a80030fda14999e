import { app, ipcMain } from "electron";

function setUpHandlers() {
  ipcMain.handle("paths", () => app.getPath("userData"));
}

app.on("ready", () => setUpHandlers());
