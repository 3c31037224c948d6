import { type AlertingApi } from "./api/alerting.ts";
import { type ClientsApi } from "./api/clients.ts";
import { type ConnectivityApi } from "./api/connectivity.ts";
import { type SmsApi } from "./api/sms.ts";
import { type UnknownEnumValues } from "./decoding/unknown-enum-values.ts";

/** The APIs, on behalf of one caller. */
export interface KoreSession {
  /** Each call uses the credentials that serve its account. */
  readonly connectivity: ConnectivityApi;
  readonly clients: ClientsApi;
  readonly sms: SmsApi;
  /** Part of ConnectivityPro. */
  readonly alerting: AlertingApi;
  readonly unknown: UnknownEnumValues;
  /** Each set of credentials that serves an account within the caller's reach, for lists that name no account. */
  readonly credentials: readonly CredentialSession[];
  /** The set that serves an account. @throws KoreError `forbidden` when none does */
  credentialOf(accountId: string): Pick<CredentialSession, "name" | "accountEmail">;
}

/** Both API families with one set of credentials. */
export interface CredentialSession {
  readonly name: string;
  /** The developer-portal administrator whose accounts it lists. */
  readonly accountEmail: string;
  readonly connectivity: ConnectivityApi;
  readonly clients: ClientsApi;
}
