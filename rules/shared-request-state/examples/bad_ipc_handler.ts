import { ipcMain } from "electron";

let folder = "";

ipcMain.handle("list", async (_event, chosen: string) => {
  folder = chosen;
  const names = await (await fetch(`/folders/${chosen}`)).text();
  // racelint-expect: shared-request-state
  return `${folder}: ${names}`;
});
