import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo } from "node:net";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from "jose";
import { type Reply } from "./app.ts";
import { afterFile } from "./vitest/cleanup.ts";

export const AUDIENCE = "https://graph.acme.example";
export const ROUTER_SECRET = "a secret that the router and we share";

/** An issuer of tokens with its key set at an address. Ends with the tests of its file. */
export async function startIssuer() {
  const keys = new Map<string, { privateKey: CryptoKey; jwk: object }>();
  const state = { isUp: true, isSilent: false, requests: 0 };
  const server = createServer((_, reply) => {
    state.requests += 1;
    if (state.isSilent) return;
    if (!state.isUp) reply.writeHead(503).end();
    else reply.end(JSON.stringify({ keys: [...keys.values()].map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterFile(() => {
    server.close();
    server.closeAllConnections();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const addKey = async (kid: string, alg = "ES256") => {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    keys.set(kid, { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } });
  };
  await addKey("first");
  return {
    issuer,
    jwksUrl: `${issuer}/jwks.json`,
    state,
    addKey,
    removeKey: (kid: string) => keys.delete(kid),
    publicJwk: (kid: string) => keys.get(kid)?.jwk,
    /** A token. Claims that are not given are valid. */
    token: (
      claims: Record<string, unknown> = {},
      { kid = "first", alg = "ES256", key = keys.get(kid)?.privateKey } = {},
    ) =>
      new SignJWT({
        iss: issuer,
        aud: AUDIENCE,
        sub: "ada",
        exp: inSeconds(300),
        role: "viewer",
        accounts: "*",
        ...claims,
      })
        .setProtectedHeader({ alg, kid })
        .sign(key ?? new Uint8Array(32)),
  };
}

export const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

export interface KeyRights {
  name: string;
  role: string;
  accounts: "*" | string[];
}

/** A file of API keys. */
export async function keysFile(...rights: KeyRights[]) {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-keys-"));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "keys.json");
  const keys = rights.map(() => `kg_${randomBytes(32).toString("base64url")}`);
  const entries = rights.map((one, index) => ({ ...one, sha256: sha256(keys[index] ?? "") }));
  const write = (...kept: unknown[]) => writeFile(path, JSON.stringify(kept));
  await write(...entries);
  return { path, keys, entries, write };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });

/** The environment of a graph that tokens of an issuer, API keys and a router open. */
export function authEnvironment(parts: {
  issuer?: { issuer: string; jwksUrl: string };
  keys?: { path: string };
  router?: boolean;
}): Record<string, string> {
  const { issuer, keys, router } = parts;
  return {
    ...(issuer && {
      AUTH_JWT_JWKS_URL: issuer.jwksUrl,
      AUTH_JWT_ISSUER: issuer.issuer,
      AUTH_JWT_AUDIENCE: AUDIENCE,
    }),
    ...(keys && { AUTH_API_KEYS_FILE: keys.path }),
    ...(router && { AUTH_ROUTER_SECRETS: ROUTER_SECRET }),
  };
}

/** Sends an operation with headers. Returns status, body and headers. */
export async function ask(url: string, query: string, headers: Record<string, string> = {}, variables?: object) {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.status, headers: answer.headers, reply: (await answer.json()) as Reply };
}

export const MODE = "{ capabilities { mode } }";
