// The registry is reached through a wrapper: one handler for each channel all the same.
import { app, BrowserWindow, ipcMain } from "electron";

class Channels {
  handle(channel: string, handler: () => unknown) {
    ipcMain.handle(channel, handler);
  }
}

export const channels = new Channels();

export function openWindow() {
  const window = new BrowserWindow();
  // racelint-possible: instance-guard
  channels.handle("version", () => app.getVersion());
  return window;
}

app.on("activate", () => openWindow());
app.on("second-instance", () => openWindow());
