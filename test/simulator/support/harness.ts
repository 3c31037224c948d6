import { expect } from "vitest";
import { afterTest } from "../../support/vitest/cleanup.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../../src/simulator/index.ts";
import { violations } from "./contract.ts";

export interface Answer<T = Readonly<Record<string, unknown>>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

export interface Sim {
  readonly "subscription-id": string;
  readonly iccid: string;
  readonly eid: string;
  readonly imei: string;
  readonly imsi: string;
  readonly "rsp-state": string;
  readonly msisdns: readonly { readonly msisdn: string }[];
  readonly "service-type-id": string;
  readonly "cost-center-id": string;
  readonly states: readonly {
    readonly state: string;
    readonly "start-datetime-utc": string;
    readonly "end-datetime-utc"?: string;
    readonly "is-current": boolean;
  }[];
  readonly profiles: readonly { readonly "profile-id": string; readonly "is-current": boolean }[];
  readonly "last-active-profile": readonly { readonly "profile-id": number }[];
  readonly "last-effective-date-of-states": readonly { readonly "start-date-time-utc": string }[];
}

export interface SimPage {
  readonly "page-info-result": {
    readonly "total-count": number;
    readonly "page-index": number;
    readonly "max-page-item": number;
  };
  readonly subscriptions: readonly Sim[];
}

export interface Ack {
  readonly status: string;
  readonly data: { readonly "provisioning-request-id": string; readonly message: string };
}

/** The inside of a status reply; its outer key is the type's name. */
export interface RequestDetail {
  readonly "provisioning-request-id"?: string;
  readonly "request-type"?: string;
  readonly status: string;
  readonly "date-created": string;
  readonly "date-completed"?: string;
  readonly "number-of-subscriptions": number;
  readonly subscriptions: readonly {
    readonly "subscription-id": string;
    readonly iccid: string;
    readonly "completion-status": string;
    readonly "error-message": string;
  }[];
}

export interface RequestPage {
  readonly "total-records": number;
  readonly "total-pages": number;
  readonly page: number;
  readonly records: readonly {
    readonly "provisioning-request-id": string;
    readonly "request-type": string;
    readonly "request-status": string;
  }[];
}

interface Options {
  /** The exchange breaks the contract on purpose (a fault, a path that KORE does not have). */
  readonly outsideContract?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A simulator that stops with the test. */
export async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ clock: "manual", ...options });
  afterTest(() => simulator.stop());
  return simulator;
}

/** Calls a simulator with good credentials, and holds every exchange against KORE's contract. */
export class Caller {
  readonly kore: Simulator;
  readonly #tokens: Record<string, string> = {};

  constructor(kore: Simulator) {
    this.kore = kore;
  }

  /** ConnectivityPro; the path starts with /v1. */
  async get<T = Readonly<Record<string, unknown>>>(path: string, options: Options = {}): Promise<Answer<T>> {
    return this.call<T>("GET", `/connectivity${path}`, undefined, { ...options, headers: await this.#legacy(options) });
  }

  async post<T = Ack>(path: string, body: unknown, options: Options = {}): Promise<Answer<T>> {
    return this.call<T>("POST", `/connectivity${path}`, body, { ...options, headers: await this.#legacy(options) });
  }

  async put<T = Readonly<Record<string, unknown>>>(
    path: string,
    body: unknown,
    options: Options = {},
  ): Promise<Answer<T>> {
    return this.call<T>("PUT", `/connectivity${path}`, body, { ...options, headers: await this.#legacy(options) });
  }

  /** The SMS API; the path starts with /v1. */
  async sms<T = Readonly<Record<string, unknown>>>(
    method: "GET" | "POST",
    path: string,
    { body, ...options }: Options & { body?: unknown } = {},
  ): Promise<Answer<T>> {
    return this.call<T>(method, `/sms${path}`, body, { ...options, headers: await this.#legacy(options) });
  }

  /** The clients API. */
  async clients<T = Readonly<Record<string, unknown>>>(path: string, options: Options = {}): Promise<Answer<T>> {
    const token = (this.#tokens["current"] ??= await this.token("current"));
    return this.call<T>("GET", path, undefined, {
      ...options,
      headers: { authorization: `Bearer ${token}`, ...options.headers },
    });
  }

  async token(family: "legacy" | "current", credentials = this.kore.credentials): Promise<string> {
    const path = family === "legacy" ? "/Api/api/token" : "/api-services/v1/auth/token";
    const form = {
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    };
    const headers = family === "legacy" ? { "x-api-key": credentials.apiKey } : {};
    const answer = await this.form<{ access_token: string }>(path, form, { headers });
    return answer.body.access_token;
  }

  async form<T = Readonly<Record<string, unknown>>>(
    path: string,
    fields: Record<string, string>,
    options: Options = {},
  ): Promise<Answer<T>> {
    const headers = { "content-type": "application/x-www-form-urlencoded", ...options.headers };
    return this.call<T>("POST", path, new URLSearchParams(fields), { ...options, headers });
  }

  /** Any call, without credentials of its own. */
  async call<T = Readonly<Record<string, unknown>>>(
    method: string,
    path: string,
    body: unknown,
    { outsideContract = false, headers = {} }: Options = {},
  ): Promise<Answer<T>> {
    const url = new URL(this.kore.url + path);
    const form = body instanceof URLSearchParams;
    const sent = typeof body === "string" || form ? String(body) : JSON.stringify(body);
    const contentType = headers["content-type"] ?? (body === undefined ? null : "application/json");
    const reply = await fetch(url, {
      method,
      headers: { ...(contentType === null ? {} : { "content-type": contentType }), ...headers },
      ...(body === undefined ? {} : { body: sent }),
    });
    const text = await reply.text();
    const json: unknown = parseOr(text, null);
    if (!outsideContract) {
      const exchange = {
        method,
        path: url.pathname,
        query: Object.fromEntries(
          [...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name).join()]),
        ),
        body: form ? Object.fromEntries(body) : body,
        contentType,
        status: reply.status,
        reply: json,
      };
      expect(violations(exchange), `${method} ${path} -> ${reply.status}`).toEqual([]);
    }
    return { status: reply.status, headers: reply.headers, text, body: json as T };
  }

  async #legacy(options: Options): Promise<Record<string, string>> {
    const token = (this.#tokens["legacy"] ??= await this.token("legacy"));
    return { authorization: `Bearer ${token}`, "x-api-key": this.kore.credentials.apiKey, ...options.headers };
  }
}

/** A simulator and a caller. */
export async function startWithCaller(options: SimulatorOptions = {}): Promise<{ kore: Simulator; caller: Caller }> {
  const kore = await start(options);
  return { kore, caller: new Caller(kore) };
}

export function listPath(accountId: string, query: Readonly<Record<string, string | number>> = {}): string {
  const search = new URLSearchParams({ "page-index": "0", "max-page-item": "1000" });
  for (const [key, value] of Object.entries(query)) search.set(key, String(value));
  return `/v1/accounts/${accountId}/subscriptions?${search.toString()}`;
}

function parseOr(text: string, other: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return other;
  }
}
