// The handlers stand in a function of their own, but it is called for each window.
import { app, BrowserWindow, ipcMain } from "electron";

function setUpHandlers() {
  ipcMain.handle("jobs:list", async () => (await fetch("http://localhost:4000/jobs")).json());
  ipcMain.handle("jobs:clear", () => ({ cleared: true }));
}

function createWindow() {
  const window = new BrowserWindow({ title: "Jobs" });
  // racelint-possible: instance-guard
  setUpHandlers();
  void window.loadFile("jobs.html");
}

void app.whenReady().then(() => {
  createWindow();
  app.on("activate", () => {
    if (BrowserWindow.getAllWindows().length === 0) createWindow();
  });
});
