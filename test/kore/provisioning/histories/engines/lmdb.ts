import { randomUUID } from "node:crypto";
import { openStore } from "../../../../../src/server/storage/lmdb.ts";
import { type Engine } from "./engine.ts";

/** Runs one process at a time. */
export const lmdb: Engine = {
  name: "lmdb",
  replicas: 1,
  ttl: 0,
  async open({ folder }) {
    const store = await openStore(folder);
    return {
      join() {
        const replica = randomUUID();
        const living = () => Promise.resolve(new Set([replica]));
        return Promise.resolve({ store: { ...store, replica, living }, leave: () => Promise.resolve() });
      },
      list: (prefix) => store.list(prefix),
      close: () => store.close(),
    };
  },
};
