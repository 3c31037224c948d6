import { type Caller, LOCAL_CALLER } from "../../graph/index.ts";
import { type Logger } from "../logging/log.ts";
import { type ApiKeys, KEY_PREFIX, openApiKeys } from "./api-keys.ts";
import { API_KEY, AUTHORIZATION, type Credentials, ROUTER } from "./credentials.ts";
import { AuthenticationUnavailable, Unauthenticated } from "./failure.ts";
import { type JwtOptions } from "./jwt.ts";
import { routerWay } from "./router.ts";

/** Who asks, or why that is not known. */
export type Authentication = { caller: Caller } | { refusal: Refusal };

/** What a refused caller is told: never which part of its proof was wrong. */
export interface Refusal {
  code: "UNAUTHENTICATED" | "AUTHENTICATION_UNAVAILABLE";
  message: string;
}

export interface Authenticator {
  /** False: everybody is LOCAL_CALLER, so nobody beyond this machine may be let in. */
  readonly isRequired: boolean;
  /** Never rejects, and answers at once where it can. */
  authenticate(credentials: Credentials): Authentication | Promise<Authentication>;
}

/** The ways that are configured, each by itself or beside others. */
export interface AuthOptions {
  jwt: (JwtOptions & { jwksUrl: string }) | undefined;
  apiKeysFile: string | undefined;
  routerSecrets: readonly string[];
}

/** For a graph that only this machine reaches. What callers present is not looked at. */
export const NO_AUTHENTICATION: Authenticator = {
  isRequired: false,
  authenticate: () => ({ caller: LOCAL_CALLER }),
};

type Way = "JWT" | "API key" | "trusted router";

/** Proves who presents a credential, in each of the ways that are configured. */
type Proofs = { readonly [W in Way]?: (credential: string, all: Credentials) => Caller | Promise<Caller> };

/** The names of the ways that are configured, for people. */
export function waysOf({ jwt, apiKeysFile, routerSecrets }: AuthOptions): Way[] {
  return [
    ...(jwt ? (["JWT"] as const) : []),
    ...(apiKeysFile === undefined ? [] : (["API key"] as const)),
    ...(routerSecrets.length > 0 ? (["trusted router"] as const) : []),
  ];
}

/** @throws SettingError when the file of API keys is broken */
export async function createAuthenticator(
  options: AuthOptions,
  log: Logger,
): Promise<Authenticator & { close(): void }> {
  const { jwt, apiKeysFile, routerSecrets } = options;
  if (waysOf(options).length === 0) return { ...NO_AUTHENTICATION, close: () => undefined };
  const keys = apiKeysFile === undefined ? undefined : await openLoggedKeys(apiKeysFile, log);
  const proofs: Proofs = {
    ...(jwt && { JWT: await openJwtWay(jwt, log) }),
    ...(keys && { "API key": (key) => keys.prove(key) }),
    ...(routerSecrets.length > 0 && { "trusted router": withAll(routerWay(routerSecrets)) }),
  };
  const admitted = (caller: Caller) => ({ caller });
  const refused = (error: unknown) => ({ refusal: refusalOf(error, log) });
  return {
    isRequired: true,
    authenticate(credentials) {
      try {
        const caller = prove(credentials, proofs);
        return caller instanceof Promise ? caller.then(admitted, refused) : admitted(caller);
      } catch (error) {
        return refused(error);
      }
    },
    close: () => keys?.close(),
  };
}

/**
 * One credential proves one caller. What is presented and wrong is refused whatever else would be right, and so are two:
 * there is no telling whose rights are meant.
 */
function prove(credentials: Credentials, proofs: Proofs): Caller | Promise<Caller> {
  const presented = credentialsIn(credentials);
  const [credential] = presented;
  if (!credential) throw new Unauthenticated("no credential");
  if (presented.length > 1) throw new Unauthenticated("several credentials at once");
  const { way, text } = credential;
  const proof = proofs[way];
  if (!proof) throw new Unauthenticated(`${way}: not a way that is configured`);
  const refused = (error: unknown): never => {
    throw error instanceof Unauthenticated ? new Unauthenticated(`${way}: ${error.why}`) : error;
  };
  try {
    const caller = proof(text, credentials);
    return caller instanceof Promise ? caller.catch(refused) : caller;
  } catch (error) {
    return refused(error);
  }
}

const ROUTER_HEADERS = Object.values(ROUTER);

function credentialsIn(credentials: Credentials): { way: Way; text: string }[] {
  const found: { way: Way; text: string }[] = [];
  for (const authorization of credentials[AUTHORIZATION] ?? []) {
    const text = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
    found.push({ way: text.startsWith(KEY_PREFIX) ? "API key" : "JWT", text });
  }
  for (const text of credentials[API_KEY] ?? []) found.push({ way: "API key", text });
  const isRouted = ROUTER_HEADERS.some((name) => credentials[name] !== undefined);
  if (isRouted) found.push({ way: "trusted router", text: "" });
  return found;
}

const withAll = (prove: (all: Credentials) => Caller) => (_: string, all: Credentials) => prove(all);

function refusalOf(error: unknown, log: Logger): Refusal {
  if (error instanceof Unauthenticated) {
    log.info({ why: error.why }, "a caller was refused");
    return { code: "UNAUTHENTICATED", message: "The caller could not be authenticated" };
  }
  if (error instanceof AuthenticationUnavailable) log.warn({ err: error }, "a caller could not be authenticated");
  else log.error({ err: error }, "authentication failed with a defect");
  return { code: "AUTHENTICATION_UNAVAILABLE", message: "Callers cannot be authenticated at present; try again later" };
}

/** What it takes is loaded only where tokens are taken. */
async function openJwtWay(jwt: NonNullable<AuthOptions["jwt"]>, log: Logger) {
  const [{ jwtWay }, { KeySet }] = await Promise.all([import("./jwt.ts"), import("./jwks.ts")]);
  const onFailure = (err: unknown) => log.error({ err }, "the issuer's keys could not be fetched");
  return jwtWay(new KeySet({ url: jwt.jwksUrl, onFailure }), jwt);
}

function openLoggedKeys(file: string, log: Logger): Promise<ApiKeys> {
  return openApiKeys(file, {
    reread: (keys) => log.info({ keys }, "the API keys were read again"),
    failure: (err) => log.error({ err }, "the file of API keys is broken; the keys before stay good"),
  });
}
