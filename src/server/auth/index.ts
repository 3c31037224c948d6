import { type Caller, LOCAL_CALLER } from "../../graph/index.ts";
import { type Logger } from "../logging/log.ts";
import { type ApiKeys, KEY_PREFIX, openApiKeys } from "./api-keys.ts";
import { API_KEY, AUTHORIZATION, type Credentials, ROUTER } from "./credentials.ts";
import { AuthenticationUnavailable, Unauthenticated } from "./errors.ts";
import { type JwtOptions } from "./jwt.ts";
import { routerStrategy } from "./router.ts";

/** The authenticated caller, or the refusal. */
export type Authentication = { caller: Caller } | { refusal: Refusal };

/** The response to a refused caller. It never names the part of the credential that is wrong. */
export interface Refusal {
  code: "UNAUTHENTICATED" | "AUTHENTICATION_UNAVAILABLE";
  message: string;
}

export interface Authenticator {
  /** False: every caller is `LOCAL_CALLER`, and only this machine may connect. */
  readonly isRequired: boolean;
  /** Never rejects. Synchronous where possible. */
  authenticate(credentials: Credentials): Authentication | Promise<Authentication>;
}

/** The authentication strategies that are configured, one or several. */
export interface AuthOptions {
  jwt: (JwtOptions & { jwksUrl: string }) | undefined;
  apiKeysFile: string | undefined;
  routerSecrets: readonly string[];
}

/** For a graph on loopback only. Credentials are ignored. */
export const NO_AUTHENTICATION: Authenticator = {
  isRequired: false,
  authenticate: () => ({ caller: LOCAL_CALLER }),
};

type Strategy = "JWT" | "API key" | "trusted router";

/** Verifies a credential, by strategy. */
type Verifiers = { readonly [S in Strategy]?: (credential: string, all: Credentials) => Caller | Promise<Caller> };

/** The names of the configured strategies, for display. */
export function authenticationStrategies({ jwt, apiKeysFile, routerSecrets }: AuthOptions): Strategy[] {
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
  if (authenticationStrategies(options).length === 0) return { ...NO_AUTHENTICATION, close: () => undefined };
  const keys = apiKeysFile === undefined ? undefined : await openLoggedKeys(apiKeysFile, log);
  const verifiers: Verifiers = {
    ...(jwt && { JWT: await openJwtStrategy(jwt, log) }),
    ...(keys && { "API key": (key) => keys.verify(key) }),
    ...(routerSecrets.length > 0 && { "trusted router": withAll(routerStrategy(routerSecrets)) }),
  };
  const admitted = (caller: Caller) => ({ caller });
  const refused = (error: unknown) => ({ refusal: refusalOf(error, log) });
  return {
    isRequired: true,
    authenticate(credentials) {
      try {
        const caller = verifyCredential(credentials, verifiers);
        return caller instanceof Promise ? caller.then(admitted, refused) : admitted(caller);
      } catch (error) {
        return refused(error);
      }
    },
    close: () => keys?.close(),
  };
}

/**
 * Verifies the one credential. Several are refused, even if one is valid, since their permissions may differ.
 */
function verifyCredential(credentials: Credentials, verifiers: Verifiers): Caller | Promise<Caller> {
  const presented = credentialsIn(credentials);
  const [credential] = presented;
  if (!credential) throw new Unauthenticated("no credential");
  if (presented.length > 1) throw new Unauthenticated("several credentials at once");
  const { strategy, text } = credential;
  const verify = verifiers[strategy];
  if (!verify) throw new Unauthenticated(`${strategy}: not a configured strategy`);
  const refused = (error: unknown): never => {
    throw error instanceof Unauthenticated ? new Unauthenticated(`${strategy}: ${error.why}`) : error;
  };
  try {
    const caller = verify(text, credentials);
    return caller instanceof Promise ? caller.catch(refused) : caller;
  } catch (error) {
    return refused(error);
  }
}

const ROUTER_HEADERS = Object.values(ROUTER);

function credentialsIn(credentials: Credentials): { strategy: Strategy; text: string }[] {
  const found: { strategy: Strategy; text: string }[] = [];
  for (const authorization of credentials[AUTHORIZATION] ?? []) {
    const text = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
    found.push({ strategy: text.startsWith(KEY_PREFIX) ? "API key" : "JWT", text });
  }
  for (const text of credentials[API_KEY] ?? []) found.push({ strategy: "API key", text });
  const isRouted = ROUTER_HEADERS.some((name) => credentials[name] !== undefined);
  if (isRouted) found.push({ strategy: "trusted router", text: "" });
  return found;
}

/** A strategy whose credential consists of several headers. */
const withAll = (verify: (all: Credentials) => Caller) => (_: string, all: Credentials) => verify(all);

function refusalOf(error: unknown, log: Logger): Refusal {
  if (error instanceof Unauthenticated) {
    log.info({ why: error.why }, "a caller was refused");
    return { code: "UNAUTHENTICATED", message: "The caller could not be authenticated" };
  }
  if (error instanceof AuthenticationUnavailable) log.warn({ err: error }, "a caller could not be authenticated");
  else log.error({ err: error }, "authentication failed with a defect");
  return { code: "AUTHENTICATION_UNAVAILABLE", message: "Callers cannot be authenticated at present; try again later" };
}

/** Loads jose only where JWTs are configured. */
async function openJwtStrategy(jwt: NonNullable<AuthOptions["jwt"]>, log: Logger) {
  const [{ jwtStrategy }, { KeySet }] = await Promise.all([import("./jwt.ts"), import("./jwks.ts")]);
  const onFailure = (err: unknown) => log.error({ err }, "the issuer's keys could not be fetched");
  return jwtStrategy(new KeySet({ url: jwt.jwksUrl, onFailure }), jwt);
}

function openLoggedKeys(file: string, log: Logger): Promise<ApiKeys> {
  return openApiKeys(file, {
    reread: (keys) => log.info({ keys }, "the API keys were read again"),
    failure: (err) => log.error({ err }, "the file of API keys is broken; the previous keys stay valid"),
  });
}
