import { sequelize } from "./sequelize";
import { Transaction } from "sequelize";
import { User, Membership } from "./models";

async function dropMemberships(userId: string, options: { transaction: Transaction }) {
  await Membership.destroy({ where: { userId }, transaction: options.transaction });
}

export async function leave(userId: string) {
  await sequelize.transaction(async (transaction) => {
    await User.update({ active: false }, { where: { id: userId }, transaction });
    await dropMemberships(userId, { transaction });
  });
}
