// What is registered with belongs to the window itself.
import { app, BrowserWindow } from "electron";

const windows = { closed: 0 };

function createWindow() {
  const window = new BrowserWindow();
  window.on("closed", () => {
    windows.closed = windows.closed + 1;
  });
}

app.on("activate", () => createWindow());
