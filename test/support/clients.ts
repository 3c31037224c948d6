import { type Reply, type TestApp } from "./app.ts";

/** The answer of a mutation of API clients; secret fields are optional. */
export interface Written {
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  requiresReauthorization: boolean;
  client: { id: string; name: string; type: string; owner: string; isLocked: boolean | null; accountId: string } | null;
  secretStatus?: string;
  clientSecret?: string | null;
}

/** A client as KORE has it, by its name. */
export function clientNamed({ kore }: TestApp, name: string) {
  const found = kore.clients().find((client) => client.name === name);
  if (!found) throw new Error(`KORE has no client ${name}`);
  return found;
}

export const PAYLOAD =
  "outcome reason field message requiresReauthorization client { id name type owner isLocked accountId }";
export const SECRETS = "secretStatus clientSecret";

/** Mutations, and whether their answers may hold a secret. */
export const MUTATIONS = {
  createClient: true,
  updateClient: false,
  lockClient: false,
  unlockClient: false,
  enableClient: false,
  disableClient: false,
  renewClientKey: true,
  transferClientOwnership: false,
  deleteClient: false,
} as const;
export type Mutation = keyof typeof MUTATIONS;

export function textOf(mutation: Mutation): string {
  const type = mutation.replace(/^./, (first) => first.toUpperCase());
  const fields = MUTATIONS[mutation] ? `${PAYLOAD} ${SECRETS}` : PAYLOAD;
  return `mutation ($input: ${type}Input!) { written: ${mutation}(input: $input) { ${fields} } }`;
}

/** Runs a mutation over HTTP. */
export function write(app: TestApp, mutation: Mutation, input: object): Promise<Reply<{ written: Written | null }>> {
  return app.graph.query<{ written: Written | null }>(textOf(mutation), { input });
}

/** The same where an error would be a surprise. */
export async function written(app: TestApp, mutation: Mutation, input: object): Promise<Written> {
  const { data, errors } = await write(app, mutation, input);
  if (!data?.written) throw new Error(JSON.stringify(errors));
  return data.written;
}

/** The token that KORE issues for these credentials, if any. */
export async function tokenFor(app: TestApp, clientId: string, clientSecret: string): Promise<string | null> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const reply = await fetch(app.kore.urls.globalToken, { method: "POST", body: form });
  const { access_token: token } = (await reply.json()) as { access_token?: string };
  return token ?? null;
}

/** Whether KORE takes a token, as far as anybody's may go: the status of a ping. */
export async function pingWith(app: TestApp, token: string | null): Promise<number> {
  const headers = { authorization: `Bearer ${token ?? ""}` };
  return (await fetch(`${app.kore.urls.clients}/v1/ping`, { headers })).status;
}
