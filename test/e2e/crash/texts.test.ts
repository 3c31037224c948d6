import { afterEach, beforeEach, expect, test } from "vitest";
import { CrashEnvironment } from "../../support/fleet/crash-environment.ts";
import { type Passage } from "../../support/network/crash-proxy.ts";

const SEND = `mutation ($input: SendSmsInput!) { sent: sendSms(input: $input) { outcome messageId } }`;

interface Sent {
  outcome: string;
  messageId: string | null;
}

let environment: CrashEnvironment;
beforeEach(async () => {
  environment = await CrashEnvironment.open({ accounts: { acme: { sims: 1, states: "Active" } } }, ({ url }) => ({
    KORE_SMS_URL: `${url}/sms`,
  }));
});
afterEach(() => environment.close());

async function send(requestKey: string): Promise<Sent> {
  const to = { iccid: environment.kore.iccids("acme")[0] };
  const input = { accountId: "acme", to, text: "Report", requestKey };
  const { data, errors } = await environment.post<{ sent: Sent }>(SEND, { input });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.sent;
}

const posts = () => environment.kore.log().filter(({ method, path }) => method === "POST" && path.endsWith("/send"));

test.each<[Passage, string, number]>([
  ["request lost", "OUTCOME_UNKNOWN", 0],
  ["reply lost", "ADOPTED", 1],
])("a process that is killed with its %s never sends a text again", async (passage, outcome, arrived) => {
  await environment.killIn(() => send("one"), passage);
  await environment.start();
  expect(await send("one")).toMatchObject({ outcome });
  expect(await send("one")).toMatchObject({ outcome });
  expect(posts()).toHaveLength(arrived);
  expect(environment.kore.messages("acme")).toHaveLength(arrived);
  expect(await send("two")).toMatchObject({ outcome: "ACCEPTED" });
  expect(posts()).toHaveLength(arrived + 1);
});
