import * as z from "zod";
import { accountMap, apiKey, integer, onOff, proxyUrl, seconds, secret, text, url } from "./kinds.ts";
import { variable } from "./variable.ts";

export const KORE = {
  mode: variable(
    "KORE_MODE",
    z.enum(["live", "simulator"]),
    "`live` uses KORE and needs credentials; `simulator` starts the built-in simulator and needs none",
    { default: "live" },
  ),
  clientId: variable(
    "KORE_CLIENT_ID",
    secret,
    "id of the developer portal's API client; required when live, unless a file names credentials",
    { isSecret: true },
  ),
  clientSecret: variable("KORE_CLIENT_SECRET", secret, "its secret; likewise", { isSecret: true }),
  apiKey: variable("KORE_API_KEY", apiKey, "sent as `x-api-key` to ConnectivityPro; likewise", { isSecret: true }),
  consoleClientId: variable(
    "KORE_CONSOLE_CLIENT_ID",
    secret,
    "id of the console's API client, for API clients; `KORE_CLIENT_ID` serves both portals unless set",
    { isSecret: true },
  ),
  consoleClientSecret: variable("KORE_CONSOLE_CLIENT_SECRET", secret, "its secret; needed together", {
    isSecret: true,
  }),
  credentialsFile: variable(
    "KORE_CREDENTIALS_FILE",
    text,
    "JSON file of credentials by account, in place of the five above; read again when it changes, see [Several accounts](#several-accounts)",
  ),
  accountEmail: variable(
    "KORE_ACCOUNT_EMAIL",
    z.email("must be an e-mail address"),
    "the developer-portal administrator whose accounts are listed; required when live",
  ),
  accountMapping: variable(
    "KORE_ACCOUNT_MAP",
    accountMap,
    "`acct_…=cmp-…`, joined by commas: the account of ConnectivityPro for an API client's account",
  ),
  connectivityUrl: variable("KORE_CONNECTIVITY_URL", url, "base address of ConnectivityPro", {
    default: "https://api.korewireless.com/connectivity",
  }),
  connectivityTokenUrl: variable("KORE_CONNECTIVITY_TOKEN_URL", url, "address of tokens for ConnectivityPro", {
    default: "https://api.korewireless.com/Api/api/token",
  }),
  smsUrl: variable(
    "KORE_SMS_URL",
    url,
    "base address of SMS; `sms` beside `KORE_CONNECTIVITY_URL` unless set, such as `https://api.korewireless.com/sms`",
  ),
  clientsUrl: variable("KORE_CLIENTS_URL", url, "base address of KORE's API clients", {
    default: "https://client.api.korewireless.com",
  }),
  globalTokenUrl: variable("KORE_GLOBAL_TOKEN_URL", url, "address of tokens for KORE's API clients", {
    default: "https://api.korewireless.com/api-services/v1/auth/token",
  }),
  unpublishedClientOperations: variable(
    "KORE_UNPUBLISHED_CLIENT_OPERATIONS",
    onOff,
    "whether API clients can be changed by endpoints that KORE documents in prose only and that are assumed here; off when live and on with the simulator unless set",
  ),
};

/** Connections, rates and caches of calls to KORE. */
export const CALLS = {
  network: {
    caFile: variable(
      "KORE_CA_FILE",
      text,
      "file of certificate authorities in PEM that are trusted for KORE besides those of Node",
    ),
    proxies: {
      https: variable(
        "HTTPS_PROXY",
        proxyUrl,
        "proxy through which KORE is reached, such as `http://user:password@proxy:3128`; also in lower case",
        { isSecret: true },
      ),
      http: variable(
        "HTTP_PROXY",
        proxyUrl,
        "the same for `http` addresses, and for all where `HTTPS_PROXY` is not set",
        { isSecret: true },
      ),
      except: variable(
        "NO_PROXY",
        text,
        "hosts reached without it, joined by commas: names with their subdomains, also with a port; `*`: all; loopback is always among them",
      ),
    },
  },
  deadline: variable(
    "KORE_DEADLINE_MS",
    integer(1, 600_000),
    "how long one call to KORE may take, and how long before that it may wait and be repeated, in milliseconds",
    { default: 30_000 },
  ),
  rateLimit: {
    // KORE publishes no limits. Its own samples pause five seconds after every eleven calls, but for the usage of plans
    // only, which has a pace of its own; a page of 1,000 SIMs with their profiles takes dozens of calls, and a 429 lowers
    // the rate by itself.
    rate: variable(
      "KORE_REQUESTS_PER_SECOND",
      integer(1, 100_000),
      "calls to KORE a second at most, all hosts together; less for a while after a 429",
      { default: 50 },
    ),
    // The rate above times the duration of a call: 50 a second, of some 300 ms each, keep 15 connections busy.
    concurrency: variable(
      "KORE_CONCURRENCY",
      integer(1, 1024),
      "calls at once to each of KORE's hosts, each on a connection of its own",
      { default: 16 },
    ),
  },
  cache: {
    freshFor: variable(
      "CACHE_SECONDS",
      seconds(0, 3600),
      "how long replies that change slowly (see [What is cached](../../kore/README.md#what-is-cached)) are cached; 0 caches none",
      { default: 60 },
    ),
    staleFor: variable(
      "CACHE_STALE_SECONDS",
      seconds(0, 86_400),
      "how much longer they are served while KORE fails, marked in `extensions.stale`",
      { default: 600 },
    ),
  },
};
