import { algorithms, keysUrl, listOf, names, secret, text } from "./kinds.ts";
import { variable } from "./variable.ts";

/** Authentication of callers. */
export const AUTH = {
  jwt: {
    jwksUrl: variable(
      "AUTH_JWT_JWKS_URL",
      keysUrl,
      "address of the key set of the issuer of callers' tokens; with issuer and audience JWTs are accepted",
    ),
    issuer: variable("AUTH_JWT_ISSUER", text, "`iss` of the tokens, exactly"),
    audiences: variable("AUTH_JWT_AUDIENCE", names, "`aud` of tokens for this graph; any of several joined by commas"),
    algorithms: variable("AUTH_JWT_ALGORITHMS", algorithms, "accepted signatures; asymmetric ones only", {
      default: "RS256,PS256,ES256,EdDSA",
    }),
    roleClaim: variable(
      "AUTH_JWT_ROLE_CLAIM",
      text,
      "claim with the role, or roles of which the highest counts; dots lead into claims of claims",
      { default: "role" },
    ),
    accountsClaim: variable(
      "AUTH_JWT_ACCOUNTS_CLAIM",
      text,
      "claim with the list of authorised account ids, or `*` for all",
      { default: "accounts" },
    ),
  },
  apiKeysFile: variable(
    "AUTH_API_KEYS_FILE",
    text,
    "JSON file of API keys (`new-api-key` makes one); read again when it changes",
  ),
  routerSecrets: variable(
    "AUTH_ROUTER_SECRETS",
    listOf(secret.min(32, "must be 32 characters or more")),
    "secret with which a trusted router authenticates itself; it then names the caller in headers; while the secret changes the new and the old one, newest first, joined by a comma",
    { isSecret: true },
  ),
};
