import { type components, type paths } from "./generated/sms.ts";
import { RequestBuilder } from "./request-builder.ts";

type Schemas = components["schemas"];
export type WireMessage = Schemas["Message"];
export type WireSentMessage = Schemas["SentMessage"];
export type SendMessageBody = Schemas["SendMessage"];

type MessageQuery = Omit<NonNullable<paths["/v1/messages"]["get"]["parameters"]["query"]>, "account-id">;

/** KORE's SMS endpoints, one method each, in KORE's spelling. Each call is one request to KORE. */
export class SmsApi extends RequestBuilder<paths> {
  messages(accountId: string, query: { [K in keyof MessageQuery]: MessageQuery[K] | undefined }) {
    return this.get("/v1/messages", {}, { "account-id": accountId, ...query });
  }

  /**
   * Sends a text. Never retried here: a second POST is a second text, and is charged.
   *
   * @param beforeSending called last before sending; when it rejects, nothing is sent and the call fails with its error
   */
  send(accountId: string, body: SendMessageBody, beforeSending?: () => Promise<void>) {
    return this.post("/v1/messages/send", {}, body, { query: { "account-id": accountId }, beforeSending });
  }
}

/** `sms` beside ConnectivityPro's base address, as at KORE: an address of a test or proxy must not lead to the live SMS. */
export function smsUrlOf(connectivityUrl: string): string {
  return new URL("../sms", `${connectivityUrl.replace(/\/+$/, "")}/`).href;
}
