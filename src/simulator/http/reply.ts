import { STATUS_CODES } from "node:http";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** KORE's APIs differ in their error formats; the path decides which applies. */
export type Family =
  | "connectivity"
  | "esim"
  | "esim-follow-up"
  | "profile-status"
  | "cost-centers"
  | "subscription-requests"
  | "cost-center-assignment"
  | "sessions"
  | "in-session"
  | "alerting"
  | "sms"
  | "clients"
  | "token";

/** A refusal, thrown by handlers and answered in the error format of the API family. */
export class Refusal extends Error {
  readonly status: number;
  readonly expired: boolean;

  constructor(status: number, message: string, { expired = false } = {}) {
    super(message);
    this.status = status;
    this.expired = expired;
  }
}

export const ok = (body: unknown): Reply => ({ status: 200, body });

export function familyOf(path: string): Family {
  if (path.startsWith("/connectivity/") && path.endsWith("/in-session")) return "in-session";
  if (path.startsWith("/connectivity/") && path.endsWith("/sessions")) return "sessions";
  if (/^\/connectivity\/.*\/(?:rules|alerts|events|actions)(?:\/|$)/.test(path)) return "alerting";
  if (path.startsWith("/connectivity/v1/esim/")) return "profile-status";
  if (/^\/connectivity\/.*\/esim-profile-switch-requests\/(?:retry|cancel)$/.test(path)) return "esim-follow-up";
  if (/^\/connectivity\/.*\/esim-profile-/.test(path)) return "esim";
  if (path.startsWith("/connectivity/") && path.endsWith("/cost-centers")) return "cost-centers";
  if (path.endsWith("/subscription-requests/cost-center")) return "cost-center-assignment";
  if (path.includes("/subscription-requests")) return "subscription-requests";
  if (path.startsWith("/connectivity/")) return "connectivity";
  if (path.startsWith("/sms/")) return "sms";
  return path === LEGACY_TOKEN_PATH || path === CURRENT_TOKEN_PATH ? "token" : "clients";
}

export const LEGACY_TOKEN_PATH = "/Api/api/token";
export const CURRENT_TOKEN_PATH = "/api-services/v1/auth/token";

const REJECTED = { "subscription-request-status": "Rejected ( Sync )" };

/** The body that KORE declares for this status on this call; for statuses it does not declare, that of its neighbours. */
export function refusal(family: Family, method: string, { status, message, expired }: Refusal): Reply {
  // KORE's authorization guide gives this body for expired and out-of-reach tokens, whatever the API.
  if (expired) return { status, body: { message, error: "Invalid or expired token" } };
  if (family === "token") {
    const oauth = status === 401;
    return {
      status,
      body: oauth ? { error: "invalid_client", error_description: message } : { code: 20_000 + status, message },
    };
  }
  if (family === "clients") {
    const code = 40_000 + status;
    return { status, body: { status, message, code, info: `https://docs.korewireless.com/errors/${code}` } };
  }
  if (family === "profile-status" && status !== 400)
    return { status, body: { code: String(20_000 + status), message } };
  if (status === 400 && family === "esim-follow-up") return { status, body: { status: "error", data: { message } } };
  if (status === 400 && (family === "esim" || family === "profile-status"))
    return { status, body: { status: "error", "error-message": message } };
  if (family === "in-session" && status === 401) return { status, body: { message } };
  if ((family === "in-session" || family === "sessions") && [400, 404, 500].includes(status)) {
    const body = { messages: [message], error: STATUS_CODES[status], timestamp: new Date().toISOString() };
    const withPath = status === 500 || (status === 404 && family === "in-session");
    return { status, body: withPath ? { ...body, status } : body };
  }
  if (family === "sms") return { status, body: { message, code: status, status: "error" } };
  if (family === "cost-centers" && status === 400) return { status, body: { message } };
  if (family === "cost-center-assignment" && status === 400)
    return { status, body: { ...REJECTED, error: { message, status: "error" } } };
  if (family === "subscription-requests" && method === "POST" && (status === 400 || status === 500))
    return { status, body: { ...REJECTED, error: { code: status, message, status: "error" } } };
  if (status === 401) return { status, body: { error: 401, message } };
  if (status === 404) return { status, body: { INFO: message } };
  if (family === "alerting" && status === 500 && method !== "GET")
    return { status, body: { "rule-id": 0, message: [message] } };
  if (status === 409 || (status === 400 && method === "POST" && family === "connectivity"))
    return { status, body: { status: "error", errorMessage: message } };
  return { status, body: { message } };
}
