import { createClient } from "@supabase/supabase-js";

const supabase = createClient(process.env.SUPABASE_URL, process.env.SUPABASE_KEY);

// Two clicks leave two defaults, a lost connection none.
export async function makeDefault(userId: string, addressId: string) {
  await supabase.from("addresses").update({ is_default: false }).eq("user_id", userId);
  // racelint-expect: non-transactional-updates
  await supabase.from("addresses").update({ is_default: true }).eq("id", addressId);
}
