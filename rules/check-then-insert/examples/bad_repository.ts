import { Repository, DataSource } from "typeorm";
import { Account, Entry } from "./entities";

export class Accounts {
  constructor(private accountRepository: Repository<Account>) {}

  async ensure(email: string) {
    const known = await this.accountRepository.findOne({ where: { email } });
    if (known) return known;
    // racelint-expect: check-then-insert
    return await this.accountRepository.save({ email });
  }
}
