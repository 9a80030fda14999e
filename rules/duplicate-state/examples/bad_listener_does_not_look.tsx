// The sender looks; the listener, which may come later, does not.
import { useEffect, useState } from "react";
import { api, socket, type Task } from "./connection";

export function Tasks() {
  const [tasks, setTasks] = useState<Task[]>([]);

  useEffect(() => {
    socket.on("task:created", (task: Task) => {
      // racelint-possible: duplicate-state
      setTasks((all) => [...all, task]);
    });
  }, []);

  async function add(title: string) {
    const task = await api.createTask({ title });
    setTasks((all) => (all.some((other) => other.id === task.id) ? all : [...all, task]));
  }

  return <button onClick={() => add("new")}>{tasks.length}</button>;
}
