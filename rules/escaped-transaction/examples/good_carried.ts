import "cls-hooked";
import { sequelize } from "./sequelize";
import { Transaction } from "sequelize";
import { User, Membership } from "./models";

export async function leave(userId: string) {
  await sequelize.transaction(async () => {
    await User.update({ active: false }, { where: { id: userId } });
    await Membership.destroy({ where: { userId } });
  });
}
