import { Repository, DataSource } from "typeorm";
import { Account, Entry } from "./entities";

export class Accounts {
  constructor(private source: DataSource) {}

  async book(entry: Entry) {
    await this.source.transaction(async (manager) => {
      await manager.update(Account, entry.accountId, { touched: true });
      await manager.getRepository(Entry).save(entry);
    });
  }
}
