import { useEffect, useState } from "react";

export function Profile({ id }: { id: string }) {
  const [profile, setProfile] = useState("");

  useEffect(() => {
    let ignore = false;
    const load = async () => {
      const answer = await fetch(`/profiles/${id}`);
      const text = await answer.text();
      if (!ignore) setProfile(text);
    };
    void load();
    return () => {
      ignore = true;
    };
  }, [id]);

  return <p>{profile}</p>;
}
