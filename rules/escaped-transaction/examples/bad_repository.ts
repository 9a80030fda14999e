import { Repository, DataSource } from "typeorm";
import { Account, Entry } from "./entities";

export class Accounts {
  constructor(private source: DataSource, private entryRepository: Repository<Entry>) {}

  async book(entry: Entry) {
    await this.source.transaction(async (manager) => {
      await manager.update(Account, entry.accountId, { touched: true });
      // racelint-expect: escaped-transaction
      await this.entryRepository.save(entry);
    });
  }
}
