import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { type DurableStore } from "../../common/store/durable-store.ts";
import { parseJson } from "../../common/json.ts";

/** The call that a token stands for. */
export interface RehearsedCall {
  /** Unique id of the caller. */
  caller: string;
  /** The tool, with its operation. */
  tool: string;
  /** The arguments, without the token. */
  input: unknown;
}

/** How long a token can be used. Milliseconds. */
const LIFETIME = 10 * 60_000;

/** Of used tokens, followed by the time at which the token expires: they are removed by ranges of keys. */
const PREFIX = "rehearsal/";

/** The key with which replicas sign, by a name outside of {@link PREFIX}. */
const SIGNING_KEY = "rehearsal-key";

interface Payload {
  id: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  caller: string;
  tool: string;
  input: string;
}

type Store = Pick<DurableStore, "get" | "commit" | "removeRange" | "now">;

/**
 * Tokens of rehearsed orders. A token is bound to caller, tool and input by a signature, expires, and is used once. The
 * store holds the signing key and the used tokens, so a token of one replica is valid at all of them, and after a restart.
 */
export class Rehearsals {
  readonly #store: Store;
  #key: Promise<Buffer> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws StoreUnavailable */
  async issue(call: RehearsedCall): Promise<{ token: string; expiresAt: Date }> {
    const key = await this.#signingKey();
    const expiresAt = this.#store.now() + LIFETIME;
    const payload: Payload = { id: randomBytes(16).toString("base64url"), expiresAt, ...digestsOf(call, key) };
    const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
    return { token: `${body}.${signatureOf(body, key).toString("base64url")}`, expiresAt: new Date(expiresAt) };
  }

  /**
   * Uses a token up. @returns why it is refused; undefined: it is valid, and no other call can use it
   * @throws StoreUnavailable @throws CommitUnknown: it may be used up
   */
  async redeem(token: string, call: RehearsedCall): Promise<string | undefined> {
    const key = await this.#signingKey();
    const payload = payloadOf(token, key);
    if (!payload) return "is none that a rehearsal has returned";
    const own = digestsOf(call, key);
    if (payload.caller !== own.caller) return "is of another caller's rehearsal";
    if (payload.tool !== own.tool) return "is of a rehearsal of another tool";
    if (payload.input !== own.input) return "is of a rehearsal with other arguments";
    if (payload.expiresAt <= this.#store.now()) return "has expired";
    const used = `${PREFIX}${timeOf(payload.expiresAt)}/${payload.id}`;
    const result = await this.#store.commit({ expect: [[used, "absent"]], set: [[used, true]] });
    return result === "done" ? undefined : "has been used";
  }

  /** Removes used tokens that expired before an instant. */
  prune(before: number): Promise<void> {
    return this.#store.removeRange(PREFIX, PREFIX + timeOf(before));
  }

  /** Made by the first replica that needs it. */
  #signingKey(): Promise<Buffer> {
    this.#key ??= this.#readOrMakeKey().catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }

  async #readOrMakeKey(): Promise<Buffer> {
    const made = randomBytes(32).toString("base64url");
    const known = await this.#store.get(SIGNING_KEY);
    if (typeof known === "string") return Buffer.from(known, "base64url");
    const result = await this.#store.commit({ expect: [[SIGNING_KEY, "absent"]], set: [[SIGNING_KEY, made]] });
    return result === "done" ? Buffer.from(made, "base64url") : this.#readOrMakeKey();
  }
}

/** Keyed, so that a token shows nothing about its call. */
function digestsOf({ caller, tool, input }: RehearsedCall, key: Buffer) {
  const digest = (part: string, text: string) =>
    createHmac("sha256", key).update(`${part} ${text}`).digest("base64url").slice(0, 22);
  return { caller: digest("caller", caller), tool: digest("tool", tool), input: digest("input", canonical(input)) };
}

const signatureOf = (body: string, key: Buffer): Buffer => createHmac("sha256", key).update(body).digest();

function payloadOf(token: string, key: Buffer): Payload | undefined {
  const [body = "", signature = "", ...more] = token.split(".");
  const given = hash("sha256", Buffer.from(signature, "base64url"), "buffer");
  const isOurs = timingSafeEqual(given, hash("sha256", signatureOf(body, key), "buffer"));
  return isOurs && more.length === 0
    ? (parseJson(Buffer.from(body, "base64url").toString()) as Payload | undefined)
    : undefined;
}

/** JSON with sorted keys: the order in which a client writes them means nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Sorts as text. */
const timeOf = (instant: number): string => new Date(instant).toISOString();
