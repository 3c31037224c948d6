import { expect } from "vitest";
import { type Simulator, type SimulatorOptions } from "../../../src/simulator/index.ts";
import { operationOf } from "./contract.ts";
import { type Answer, Caller, start } from "./harness.ts";

export interface Key {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The reply to a creation and to a renewal. */
export interface Made {
  readonly message: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly client_type: string;
  readonly account_id: string;
  readonly name: string;
  readonly date_created: string;
  readonly client_owner: string;
  readonly locked: boolean;
}

export interface Shown {
  readonly client: {
    readonly client_id: string;
    readonly name: string;
    readonly client_owner: string;
    readonly client_type: string;
    readonly locked: boolean | null;
  };
}

export const ROBOT = { name: "Robot", locked: false, scopes: { products: ["SuperSIM"] } };

/** An admin client with this access to API clients; the extra fields are not published. */
export const adminWith = (...access: string[]): Record<string, unknown> => ({
  ...ROBOT,
  name: "Admin robot",
  client_type: "admin",
  scopes: { global_resources: [{ resource_name: "API Clients", access }] },
});

export const keyOf = ({ client_id, client_secret }: Made): Key => ({
  clientId: client_id,
  clientSecret: client_secret,
});

export function askToken(
  kore: Simulator,
  { clientId, clientSecret }: Key,
): Promise<Answer<{ access_token: string; expires_in: number }>> {
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  return new Caller(kore).form("/api-services/v1/auth/token", form);
}

/** An API client at work. It keeps the token it has, whatever becomes of the client. */
export class Actor {
  readonly #caller: Caller;
  readonly #token: string;

  private constructor(kore: Simulator, token: string) {
    this.#caller = new Caller(kore);
    this.#token = token;
  }

  static async with(kore: Simulator, key: Key): Promise<Actor> {
    const { status, body } = await askToken(kore, key);
    expect(status).toBe(200);
    return new Actor(kore, body.access_token);
  }

  /** Held against the contract where KORE publishes the call. */
  call<T = Readonly<Record<string, unknown>>>(
    method: string,
    path: string,
    body?: unknown,
    { outsideContract = operationOf(method, path) === null } = {},
  ): Promise<Answer<T>> {
    return this.#caller.call<T>(method, path, body, {
      outsideContract,
      headers: { authorization: `Bearer ${this.#token}` },
    });
  }

  /** The status of a ping. */
  async ping(): Promise<number> {
    return (await this.call("GET", "/v1/ping", undefined, { outsideContract: true })).status; // it declares no 403
  }

  get(id: string): Promise<Answer<Shown>> {
    return this.call("GET", `/v1/clients/${id}`);
  }

  async listed(): Promise<string[]> {
    const page = await this.call<{ clients: { client_id: string }[] }>("GET", "/v1/clients?page_size=99&page_number=1");
    return page.body.clients.map((client) => client.client_id);
  }

  /** Published fields only. */
  create(body: unknown = ROBOT): Promise<Answer<Made>> {
    return this.call("POST", "/v1/clients", body);
  }

  createUnpublished(body: unknown): Promise<Answer<Made>> {
    return this.call("POST", "/v1/clients", body, { outsideContract: true });
  }

  /** A client that is made as asked for. */
  async made(body: unknown = ROBOT): Promise<Made> {
    const answer = await this.createUnpublished(body);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.body;
  }

  edit(id: string, change: unknown): Promise<Answer<Shown>> {
    return this.call("PATCH", `/v1/clients/${id}`, change);
  }

  post<T = Shown>(id: string, verb: string, body?: unknown): Promise<Answer<T>> {
    return this.call("POST", `/v1/clients/${id}/${verb}`, body);
  }

  transfer(id: string, email: string): Promise<Answer<Shown>> {
    return this.post(id, "transfer-ownership", { client_owner: email });
  }

  delete(id: string): Promise<Answer> {
    return this.call("DELETE", `/v1/clients/${id}`);
  }
}

/** A simulator with one account, and the client of its Account Owner at work. */
export async function startWithOwner(options: SimulatorOptions = {}): Promise<{ kore: Simulator; owner: Actor }> {
  const kore = await start({ accounts: { acme: { sims: 0 } }, ...options });
  return { kore, owner: await Actor.with(kore, kore.credentials) };
}

/** An admin client with full access that belongs to a portal user of this role. */
export async function actorOfRole(kore: Simulator, owner: Actor, role: string): Promise<{ actor: Actor; id: string }> {
  const user = kore.portalUsers().find((candidate) => candidate.role === role);
  const made = await owner.made(adminWith("Read", "Write", "Modify", "Delete"));
  expect((await owner.transfer(made.client_id, user?.email ?? "nobody")).status).toBe(200);
  return { actor: await Actor.with(kore, keyOf(made)), id: made.client_id };
}
