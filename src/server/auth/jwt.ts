import { type JWTPayload, errors, jwtVerify } from "jose";
import { type Caller, ROLES, type Role } from "../../graph/index.ts";
import { AuthenticationUnavailable, Unauthenticated } from "./errors.ts";
import { type KeySet } from "./jwks.ts";
import { isName, isRole, parseAccounts, parseRole } from "./permissions.ts";

export interface JwtOptions {
  issuer: string;
  audiences: readonly string[];
  /** Asymmetric only: with a shared secret, every verifier can sign. */
  algorithms: readonly string[];
  /** Seconds by which the issuer's clock may differ from ours. */
  clockSkew: number;
  /** Names of claims. If no claim has the whole name, dots select nested claims. */
  roleClaim: string;
  accountsClaim: string;
}

/** Longest token. Characters. */
const MAX_LENGTH = 16 * 1024;

/** Verifies a JWT of the issuer. */
export function jwtStrategy(keys: KeySet, options: JwtOptions): (token: string) => Promise<Caller> {
  const { issuer, audiences, algorithms, clockSkew, roleClaim, accountsClaim } = options;
  const rules = {
    issuer,
    audience: [...audiences],
    algorithms: [...algorithms],
    clockTolerance: clockSkew,
    requiredClaims: ["exp", "sub"],
  };
  return async (token) => {
    if (token.length > MAX_LENGTH) throw new Unauthenticated("the token is too long");
    const { payload } = await jwtVerify(token, keys.find, rules).catch(refused);
    const { sub, exp = 0 } = payload;
    if (!isName(sub)) throw new Unauthenticated("no valid subject");
    return {
      id: `jwt ${sub}`,
      name: sub,
      role: roleOf(claimOf(payload, roleClaim)),
      accounts: parseAccounts(claimOf(payload, accountsClaim)),
      expiresAt: (exp + clockSkew) * 1000,
    };
  };
}

function refused(error: unknown): never {
  if (error instanceof AuthenticationUnavailable) throw error;
  if (!(error instanceof errors.JOSEError)) throw error;
  const claim = error instanceof errors.JWTClaimValidationFailed ? ` ${error.claim}` : "";
  throw new Unauthenticated(error.code + claim);
}

/** Issuers may list roles of several applications; the highest of ours counts. */
function roleOf(claim: unknown): Role {
  if (!Array.isArray(claim)) return parseRole(claim);
  const roles = claim.filter((role): role is Role => typeof role === "string" && isRole(role));
  return parseRole(roles.sort((a, b) => ROLES.indexOf(b) - ROLES.indexOf(a))[0]);
}

/** Names of claims may be URLs, which contain dots. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split(".").reduce<unknown>((value, key) => {
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    return isObject ? (value as Record<string, unknown>)[key] : undefined;
  }, payload);
}
