// There is one of these, made where the module begins.
import { app, ipcMain } from "electron";

class Settings {
  private ready = false;

  start() {
    if (this.ready) return;
    this.ready = true;
    ipcMain.handle("settings", () => app.getPath("userData"));
  }
}

export const settings = new Settings();

app.on("activate", () => settings.start());
app.on("second-instance", () => settings.start());
