import { z } from "zod";
import { secret } from "../config/kinds.ts";
import { isLoopbackName } from "../http/host-check.ts";
import { type AuthOptions } from "./index.ts";

/** Without HS* and none: with a shared secret every verifier could also sign. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"] as const;

/** Loopback addresses. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

const list = (text: string) => text.split(",").map((item) => item.trim());

const routerSecret = () => secret().min(32, "must be 32 characters or more").optional();

export const AUTH_ENVIRONMENT = {
  AUTH_JWT_JWKS_URL: z
    .url({ protocol: /^https?$/, error: "must be an https address", abort: true })
    .refine(isSafe, "must be an https address without user name and password (http on this machine only)")
    .optional()
    .describe("where the keys of the issuer of callers' tokens are; with issuer and audience it lets JWTs in"),
  AUTH_JWT_ISSUER: z.string().optional().describe("`iss` of the tokens, exactly"),
  AUTH_JWT_AUDIENCE: z
    .string()
    .refine((text) => list(text).every((name) => name !== ""), "must be names joined by commas")
    .transform(list)
    .optional()
    .describe("`aud` of tokens for this graph; any of several joined by commas"),
  AUTH_JWT_ALGORITHMS: z
    .string()
    .default("RS256,PS256,ES256,EdDSA")
    .refine((text) => list(text).every((name) => (ALGORITHMS as readonly string[]).includes(name)), {
      message: `must be of ${ALGORITHMS.join(", ")}, several joined by commas`,
    })
    .describe("signatures that are taken; asymmetric ones only"),
  AUTH_JWT_CLOCK_SKEW_SECONDS: z.coerce
    .number("must be a whole number from 0 to 300")
    .int("must be a whole number from 0 to 300")
    .min(0, "must be a whole number from 0 to 300")
    .max(300, "must be a whole number from 0 to 300")
    .default(30)
    .describe("by how much the issuer's clock may differ"),
  AUTH_JWT_ROLE_CLAIM: z
    .string()
    .default("role")
    .describe("claim with the role, or roles of which the highest counts; dots lead into claims of claims"),
  AUTH_JWT_ACCOUNTS_CLAIM: z
    .string()
    .default("accounts")
    .describe("claim with the list of account ids within reach, or `*` for all"),
  AUTH_API_KEYS_FILE: z
    .string()
    .optional()
    .describe("JSON file of API keys (`new-api-key` makes one); read again when it changes"),
  AUTH_ROUTER_SECRET: routerSecret().describe(
    "secret by which a trusted router proves itself; it then says in headers who asks",
  ),
  AUTH_ROUTER_SECRET_PREVIOUS: routerSecret().describe("the secret before, while the router may still send it"),
} as const;

/** Keys over plain HTTP could be replaced on the way. */
function isSafe(address: string): boolean {
  const { protocol, hostname, username, password } = new URL(address);
  return username + password === "" && (protocol === "https:" || isLoopbackName(hostname));
}

type Values = z.infer<z.ZodObject<typeof AUTH_ENVIRONMENT>>;

export function toAuth(values: Values): AuthOptions {
  const { AUTH_JWT_JWKS_URL: jwksUrl, AUTH_JWT_ISSUER: issuer, AUTH_JWT_AUDIENCE: audiences } = values;
  const { AUTH_ROUTER_SECRET: secret, AUTH_ROUTER_SECRET_PREVIOUS: previous } = values;
  return {
    jwt:
      jwksUrl && issuer && audiences
        ? {
            jwksUrl,
            issuer,
            audiences,
            algorithms: list(values.AUTH_JWT_ALGORITHMS),
            clockSkew: values.AUTH_JWT_CLOCK_SKEW_SECONDS,
            roleClaim: values.AUTH_JWT_ROLE_CLAIM,
            accountsClaim: values.AUTH_JWT_ACCOUNTS_CLAIM,
          }
        : undefined,
    apiKeysFile: values.AUTH_API_KEYS_FILE,
    routerSecrets: [secret, previous].filter((one) => one !== undefined),
  };
}

/** Problems between variables, by the names that are given. */
export function authMistakes(given: Readonly<Record<string, string | undefined>>): string[] {
  const jwt = [given.AUTH_JWT_JWKS_URL, given.AUTH_JWT_ISSUER, given.AUTH_JWT_AUDIENCE];
  const isHalf = jwt.some((value) => value !== undefined) && jwt.some((value) => value === undefined);
  const isAlone = given.AUTH_ROUTER_SECRET_PREVIOUS !== undefined && given.AUTH_ROUTER_SECRET === undefined;
  const isGuarded =
    jwt[0] !== undefined || given.AUTH_API_KEYS_FILE !== undefined || given.AUTH_ROUTER_SECRET !== undefined;
  return [
    ...(isHalf ? ["AUTH_JWT_JWKS_URL, AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: are needed together"] : []),
    ...(isAlone ? ["AUTH_ROUTER_SECRET_PREVIOUS: is of no use without AUTH_ROUTER_SECRET"] : []),
    ...(!isGuarded && given.HOST !== undefined && !LOOPBACK.test(given.HOST)
      ? ["HOST: must be a loopback address (127.0.0.1, ::1 or localhost), since callers are not authenticated"]
      : []),
  ];
}
