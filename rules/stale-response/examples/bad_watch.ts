import { ref, watch } from "vue";
import type { Ref } from "vue";

export function useUser(id: Ref<string>) {
  const name = ref("");
  watch(id, async (now) => {
    const answer = await fetch(`/users/${now}`);
    // racelint-expect: stale-response
    name.value = await answer.text();
  });
  return name;
}
