import { type Reply, type TestApp } from "../app.ts";

/** Ids of a text of the example account, of the alert that it has raised, and of a disabled rule. */
export interface TextAndAlert extends Record<string, string> {
  smsMessageId: string;
  alertId: string;
  alertRuleId: string;
}

/** Makes them by the graph. @param headers those of an admin */
export async function textAndAlert(
  { graph, kore }: TestApp,
  headers: Record<string, string> = {},
): Promise<TextAndAlert> {
  const { accountId, iccid } = kore.examples;
  const run = async <Data>(query: string, variables: object): Promise<Data> => {
    const { data, errors } = (await (await graph.post({ query, variables }, headers)).json()) as Reply<Data>;
    if (!data || errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  const create = (name: string, isEnabled: boolean) =>
    run<{ createAlertRule: { ruleId: string } }>(
      "mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { ruleId } }",
      {
        input: {
          ...{ accountId, name, isEnabled, eventName: "connectivity.smsapi.mobileterminated" },
          email: { to: "ops@meridian.example" },
        },
      },
    );
  await create("Texts", true);
  const disabled = await create("No texts", false);
  const text = await run<{ sendSms: { messageId: string } }>(
    "mutation ($input: SendSmsInput!) { sendSms(input: $input) { messageId } }",
    { input: { accountId, to: { iccid }, text: "Report", requestKey: "seed" } },
  );
  kore.clock.advance(60_000);
  const alerts = await run<{ account: { alerts: { nodes: { id: string }[] } } }>(
    "query ($accountId: ID!) { account(id: $accountId) { alerts(first: 1) { nodes { id } } } }",
    { accountId },
  );
  const [alert] = alerts.account.alerts.nodes;
  return {
    smsMessageId: text.sendSms.messageId,
    alertId: alert?.id ?? "",
    alertRuleId: disabled.createAlertRule.ruleId,
  };
}
