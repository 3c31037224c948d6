import { eachLoader } from "../../graph/index.ts";
import { KoreError, read } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { toClient } from "./client.mapper.ts";
import { type Client } from "./client.type.ts";

/** KORE reads API clients one at a time or page by page. */
export const eachClient = eachLoader({
  name: "client.each",
  key: (id: string) => id,
  concurrency: 8,
  load: async (id, { kore }: Context): Promise<Client | null> => {
    const reply = await kore.clients.client(id).catch(KoreError.nullIfNotFound);
    return reply && toClient(read.record(reply.client, "client"), kore.unknown);
  },
});
