import { sequelize } from "./sequelize";
import { Transaction } from "sequelize";
import { User, Membership } from "./models";

export async function leave(userId: string) {
  await sequelize.transaction(async (transaction) => {
    await User.update({ active: false }, { where: { id: userId }, transaction });
    // racelint-expect: escaped-transaction
    await Membership.destroy({ where: { userId } });
  });
}
