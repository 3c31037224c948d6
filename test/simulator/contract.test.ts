import { expect, test } from "vitest";
import { Actor } from "./support/api-clients.ts";
import { Caller, listPath, startWithCaller } from "./support/harness.ts";
import { operationOf, OPERATIONS, violations } from "./support/contract.ts";

// `Caller` holds every exchange of every test against schema/kore/*.openapi.yaml; here all operations get their turn.

test("every operation of the contract succeeds in the declared shape", async () => {
  const { kore, caller } = await startWithCaller();
  const { examples } = kore;
  const account = `/v1/accounts/${examples.accountId}`;
  const sim = { iccid: examples.stockIccid };
  const listed = { subscriptions: [sim], "mail-to": "a@b.example,c@d.example" };
  const requests = `${account}/provisioning-requests`;

  const values = `query-by-field=iccid&${examples.iccids.map((iccid) => `query-by-values=${iccid}`).join("&")}`;

  await caller.get("/v1/ping");
  await caller.get(`/v1/accounts?email=${kore.credentials.accountEmail}`);
  await caller.get(`${account}/cost-centers`);
  await caller.get(`${account}/activation-profiles`);
  await caller.get(`${account}/activation-profiles/${examples.activationProfileId}`);
  await caller.get(`${account}/profiles/${examples.profileId}`);
  for (const list of ["service-types", "plan-types", "plans", "features"]) await caller.get(`${account}/${list}`);
  await caller.get(`${account}/service-types/32`);
  await caller.get(`${account}/plans/${examples.planId}`);
  await caller.get(`${account}/features/cmp-k1-feature-3200`);
  const span = `start-date=${examples.from}&end-date=${examples.to}&source=cdr`;
  await caller.get(`${account}/subscriptions/${examples.subscriptionId}/usage-records?${span}&include-plan-name=true`);
  await caller.get(`${account}/plans/${examples.planId}/usage-records?${span}`);
  await caller.get(listPath(examples.accountId, { "show-state-history": "true" }));
  await caller.get(`${account}/subscriptions/${examples.subscriptionId}`);
  await caller.get(`${account}/sessions?${values}&page-size=5&include-active-sessions=true`);
  await caller.get(`${account}/in-session?${values}&include-session-timestamp=true`);
  await caller.get(`${account}/scheduled-reports/daily-subscriptions`);
  await caller.post(`${requests}/activate`, {
    activate: {
      "activation-state": "active",
      subscriptions: [{ ...sim, imei: "490154203237518" }],
      "activation-profile-id": examples.activationProfileId,
      "mail-to": "a@b.example",
      sku: "SKU-1",
      "service-type-info": {
        "aus-ipnd-info": { title: "Ms", "first-name": "Ada", "last-name": "Example", address: "1 Way, Perth" },
      },
    },
  });
  await caller.post(`${requests}/suspend`, { suspend: listed });
  await caller.post(`${requests}/reactivate`, { reactivate: listed });
  await caller.post(`${requests}/deactivate`, { deactivate: listed });
  await caller.post(`${requests}/plan-feature-change`, {
    "plan-feature-change": { "activation-profile-id": examples.activationProfileId, ...listed },
  });
  await caller.post(`${requests}/terminate`, {
    terminate: { ...listed, "force-enabled-esim-profile-termination": true },
  });
  const { body } = await caller.post(requests, { suspend: { subscriptions: [sim] } });
  await caller.get(`${requests}?page=1&take=100`);
  await caller.get(`${requests}?iccid=${examples.iccid}&subscription-id=${examples.subscriptionId}`);
  await caller.get(`${requests}/${body.data["provisioning-request-id"]}`);
  const subscription = { "subscription-id": examples.subscriptionId };
  const reset = await caller.post<{ data: Record<string, string> }>(`${account}/diagnostics`, {
    "cancel-device-location": { subscription },
  });
  await caller.get(`${account}/diagnostics?page=1&take=10&iccid=${examples.iccid}`);
  await caller.get(`${account}/diagnostics/${reset.body.data["diagnostics-request-id"]}`);
  const rule = {
    "rule-name": "All states",
    "event-name": "connectivity.subscription.state.changed",
    enabled: true,
    conditions: [{ "attribute-name": "new-state", "condition-operator": "in", "attribute-value": "Active,Suspended" }],
    actions: {
      webhook: { "webhook-url": "https://a.example/hook", "access-token": "abc", "access-token-key": "X-Token" },
      email: { to: "a@b.example", cc: "c@b.example", bcc: "d@b.example" },
      "block-usage": { period: "month" },
    },
    "alert-strategy": { batching: { type: "daily", times: ["08:30:00"] } },
  };
  const created = await caller.post<{ "rule-id": string }>(`${account}/rules`, rule);
  await caller.put(`${account}/rules/${created.body["rule-id"]}`, { ...rule, conditions: [] });
  await caller.get(`${account}/events`);
  await caller.get(`${account}/actions`);
  await caller.get(`${account}/rules`);
  await caller.post(`${requests}/suspend`, { suspend: { subscriptions: [{ iccid: examples.iccids[1] }] } });
  kore.clock.advance(60_000);
  const days = "from-date=2025-01-01&to-date=2025-12-31";
  const history = await caller.get<{ alerts: { id: string }[] }>(
    `${account}/alerts?start-date=2025-01-01&end-date=2025-12-31&page-index=1&page-size=5`,
  );
  expect(history.body.alerts.length).toBeGreaterThan(0);
  await caller.get(`${account}/alerts/${history.body.alerts[0]?.id ?? ""}`);
  const texts = `account-id=${examples.accountId}`;
  const text = { iccid: examples.iccid, from: "Depot7", message: "Report" };
  await caller.sms("POST", `/v1/messages/send?${texts}`, { body: text });
  await caller.sms("GET", `/v1/messages?${texts}&${days}&direction=to_sim&page-index=1&max-page-item=5&sort-order=asc`);
  const esims = `${account}/esim-profile-switch-requests`;
  const device = { eid: examples.switchEid, imei: "490154203237518" };
  const profile = { subscriptions: [{ eid: examples.esimEid, iccid: examples.esimIccid }], "disable-autoretry": true };
  const download = { "activation-profile-id": examples.esimActivationProfileId, subscriptions: [device] };
  const { body: switched } = await caller.post<{ data: Record<string, string> }>(esims, {
    ...download,
    "exclude-deactivation": false,
    "suspend-old-subscription": true,
    "skip-session-check": false,
    "disable-autoretry": false,
    sku: "SKU-1",
    "service-type-info": { "aus-ipnd-info": { title: "Ms", "first-name": "Ada" } },
  });
  await caller.get(`${esims}?page=1&take=10&eid=${examples.esimEid}`);
  await caller.get(`${esims}/${switched.data["esim-profile-switch-request-id"]}`);
  await caller.post(`${account}/esim-profile-download-requests`, { download });
  await caller.post(`${account}/esim-profile-enable-requests`, { enable: profile });
  await caller.post(`${account}/esim-profile-delete-requests`, { delete: profile });
  const failed = { "esim-profile-switch-request-id": examples.failedEsimRequestId, "skip-session-check": true };
  const seeded = kore.esimRequests(examples.accountId).find(({ id }) => id === examples.failedEsimRequestId);
  const failedEid = seeded?.esims[0]?.eid;
  await caller.post(`${esims}/retry`, { ...failed, eids: [failedEid] });
  await caller.post(`${esims}/retry`, { ...failed, eids: [failedEid, "none"] });
  await caller.post(`${esims}/cancel`, { "request-id": examples.pendingEsimRequestId, "cancel-autoretry": false });
  await caller.post(`${esims}/cancel`, { "request-id": examples.pendingEsimRequestId });
  await caller.get(`/v1/esim/profile-status?eid=${examples.esimEid}`);
  const one = (values: object) => ({ "subscription-request": { subscriptions: [{ ...subscription, ...values }] } });
  const records = `${account}/subscription-requests`;
  const fields = { "additional-fields": [{ key: "site", value: "Antwerp" }] };
  const changed = await caller.post<Record<string, string>>(records, one(fields));
  const hardware = { imei: "490154203237518", "serial-number": "S", "model-number": "M" };
  await caller.post(`${records}/connected-hardware`, one({ "connected-hardware": hardware }));
  await caller.post(`${records}/sim-transfer`, one({ "destination-account-id": examples.childAccountId }));
  const assignment = { ...subscription, "cost-center-pk": examples.costCenterKey };
  await caller.post(`${records}/cost-center`, [assignment]);
  await caller.get(`${records}/${changed.body["subscription-request-id"]}`);
  await caller.get(`${records}/${examples.subscriptionRequestId}`);
  await caller.post(`${account}/cost-centers`, { "cost-center-name": "Airfreight" });
  const renamed = { "cost-center-pk": examples.costCenterKey, "cost-center-name": "Reefers" };
  await caller.put(`${account}/cost-centers`, renamed);
  await caller.clients("/v1/ping");
  await caller.clients("/v1/clients?page_size=5&page_number=2&client_type=standard");
  await caller.clients(`/v1/clients/${examples.clientId}`);
  await (
    await Actor.with(kore, kore.credentials)
  ).create({
    account_id: examples.clientAccountId,
    name: "Example",
    locked: null,
    scopes: { products: ["SuperSIM", "ProgrammableWireless"] },
  });

  const answered = kore
    .log()
    .flatMap((entry) => (entry.status === 200 || entry.status === 201 ? [operationOf(entry.method, entry.path)] : []));
  expect([...new Set(answered)].sort()).toEqual([...OPERATIONS].sort());
});

test("every SIM, provisioning request, profile and client of the default accounts keeps to the contract", async () => {
  const { kore, caller } = await startWithCaller();
  for (const accountId of Object.values(kore.examples.accountMapping)) {
    if (accountId === kore.examples.hiddenAccountId) continue;
    await caller.get(listPath(accountId, { "show-state-history": "true" }));
    const offers = await caller.get<{ "activation-profile-id": string }[]>(
      `/v1/accounts/${accountId}/activation-profiles`,
    );
    for (const offer of offers.body)
      await caller.get(`/v1/accounts/${accountId}/activation-profiles/${offer["activation-profile-id"]}`);
    await caller.get(`/v1/accounts/${accountId}/provisioning-requests?take=1000`);
    for (const request of kore.provisioningRequests(accountId))
      await caller.get(`/v1/accounts/${accountId}/provisioning-requests/${request.id}`);
  }
  await caller.clients("/v1/clients?page_size=1000&page_number=1");
});

test("refusals of ConnectivityPro have the shapes that KORE declares for each status", async () => {
  const { kore, caller } = await startWithCaller({ provisioning: { refuseBusySims: true } });
  const { examples } = kore;
  const account = `/v1/accounts/${examples.accountId}`;
  const suspend = { suspend: { subscriptions: [{ iccid: examples.iccid }] } };

  const bad = await caller.get(`${account}/subscriptions`);
  expect([bad.status, bad.body]).toEqual([400, { message: "page-index is required" }]);
  const badBody = await caller.post(`${account}/provisioning-requests/suspend`, {});
  expect([badBody.status, Object.keys(badBody.body)]).toEqual([400, ["status", "errorMessage"]]);
  const keyless = await caller.get(`${account}/cost-centers`, { headers: { "x-api-key": "wrong" } });
  expect([keyless.status, keyless.body]).toEqual([401, { error: 401, message: "x-api-key is wrong" }]);
  const foreign = await caller.get(listPath(examples.hiddenAccountId ?? ""));
  expect([foreign.status, foreign.body]).toEqual([403, { message: "No access to this account" }]);
  const unknown = await caller.get(listPath("cmp-pp-org-0"));
  expect([unknown.status, unknown.body]).toEqual([404, { INFO: "Account not found" }]);
  const esims = `${account}/esim-profile-switch-requests`;
  const none = await caller.post(esims, {
    "activation-profile-id": "none",
    subscriptions: [{ eid: examples.esimEid }],
  });
  expect([none.status, none.body]).toEqual([
    400,
    {
      status: "error",
      "error-message": "Invalid eIds / Imei",
      "validation-error": [{ eid: examples.esimEid, "error-message": "Cannot be switched to the requested profile" }],
    },
  ]);
  const noEids = await caller.post(
    `${esims}/retry`,
    { "skip-session-check": false, eids: [] },
    { outsideContract: true },
  );
  expect([noEids.status, Object.keys(noEids.body)]).toEqual([400, ["status", "data"]]);
  const noStatus = await caller.get("/v1/esim/profile-status");
  expect([noStatus.status, noStatus.body]).toEqual([400, { status: "error", "error-message": "Invalid input" }]);
  await caller.post(`${account}/provisioning-requests/suspend`, suspend);
  const busy = await caller.post(`${account}/provisioning-requests/suspend`, suspend);
  expect([busy.status, Object.keys(busy.body)]).toEqual([409, ["status", "errorMessage"]]);
});

test("refusals of alerting have a message, also of writes", async () => {
  const { kore, caller } = await startWithCaller();
  const account = `/v1/accounts/${kore.examples.accountId}`;
  const rule = {
    ...{ "rule-name": "One", "event-name": "connectivity.subscription.state.changed", enabled: true, conditions: [] },
    actions: { email: { to: "a@b.example" } },
  };
  const answers = [
    await caller.post(`${account}/rules`, { ...rule, "event-name": "none" }),
    await caller.post(`${account}/rules`, { ...rule, actions: { email: {} } }),
    await caller.put(`${account}/rules/1`, rule),
    await caller.get(`${account}/alerts?start-date=today`),
    await caller.get(`/v1/accounts/${kore.examples.hiddenAccountId ?? ""}/rules`),
  ];
  expect(answers.map(({ status, body }) => [status, Object.keys(body)])).toEqual([
    [400, ["message"]],
    [400, ["message"]],
    [404, ["INFO"]],
    [400, ["message"]],
    [403, ["message"]],
  ]);
  kore.faults.add({ effect: "status", status: 500, method: "POST", path: "/connectivity/**", times: 1 });
  expect((await caller.post(`${account}/rules`, rule)).body).toEqual({
    ...{ "rule-id": 0, message: ["Injected by the simulator"] },
  });
});

test("refusals of SMS have its envelope on every status", async () => {
  const { kore, caller } = await startWithCaller();
  const { examples } = kore;
  const send = (account: string, body: unknown) =>
    caller.sms("POST", `/v1/messages/send?account-id=${account}`, { body });
  const message = "Report";
  const answers = [
    await send(examples.accountId, { message }),
    await send(examples.accountId, { message, iccid: examples.iccid, "subscription-id": examples.subscriptionId }),
    await send(examples.accountId, { iccid: examples.iccid }),
    await send(examples.accountId, { message, iccid: examples.iccid, from: "twelveletter" }),
    await send(examples.accountId, { message, "subscription-id": "none" }),
    await send(examples.childAccountId ?? "", { message, iccid: examples.iccid }),
    await send(examples.hiddenAccountId ?? "", { message, iccid: examples.iccid }),
    await caller.sms("GET", `/v1/messages?account-id=${examples.accountId}`, { headers: { "x-api-key": "wrong" } }),
    await caller.sms("GET", "/v1/messages"),
    await caller.sms("GET", `/v1/messages?account-id=${examples.accountId}&from-date=today`),
  ];
  expect(answers.map(({ status, body }) => [status, body["code"]])).toEqual(
    [400, 400, 400, 400, 404, 404, 403, 401, 400, 400].map((status) => [status, status]),
  );
  expect(kore.messages(examples.accountId)).toEqual([]);
});

test("missing objects are a 404 on each call that names one", async () => {
  const { kore, caller } = await startWithCaller();
  const account = `/v1/accounts/${kore.examples.accountId}`;
  const child = `/v1/accounts/${kore.examples.childAccountId ?? ""}`;
  for (const path of [
    "/v1/accounts?email=nobody@nowhere.example",
    `${account}/activation-profiles/none`,
    `${account}/profiles/1`,
    `${account}/service-types/none`,
    `${account}/plans/none`,
    `${account}/features/none`,
    `${account}/subscriptions/none/usage-records?start-date=2025-01-01&end-date=2025-01-02`,
    `${account}/plans/none/usage-records?start-date=2025-01-01&end-date=2025-01-02`,
    `${account}/subscriptions/none`,
    `${account}/subscriptions/cmp-k1-subscription-1999999999`,
    `${account}/provisioning-requests/none`,
    `${account}/diagnostics/none`,
    `${account}/alerts/none`,
    `${account}/esim-profile-switch-requests/none`,
    `${account}/subscription-requests/none`,
    `${child}/subscriptions/${kore.examples.subscriptionId}`,
    `${child}/provisioning-requests/${kore.examples.provisioningRequestId}`,
  ]) {
    const answer = await caller.get(path);
    expect([path, answer.status, Object.keys(answer.body)]).toEqual([path, 404, ["INFO"]]);
  }
});

test("the clients API says no in its own envelope, whose code ends in the status", async () => {
  const { kore, caller } = await startWithCaller();
  const standard = await caller.token("current", kore.standardCredentials);
  const answers = [
    await caller.clients("/v1/clients"),
    await caller.call("GET", "/v1/clients?page_size=1&page_number=1", undefined),
    await caller.clients("/v1/clients?page_size=1&page_number=1", { headers: { authorization: `Bearer ${standard}` } }),
    await caller.clients("/v1/clients/none"),
  ];
  expect(answers.map(({ status, body }) => [status, body["code"], body["status"]])).toEqual([
    [400, 40_400, 400],
    [401, 40_401, 401],
    [403, 40_403, 403],
    [404, 40_404, 404],
  ]);
});

test("the validator sees undeclared properties, wrong types, formats, statuses and parameters", () => {
  const exchange = {
    method: "GET",
    path: "/connectivity/v1/accounts/a/activation-profiles/b",
    query: {},
    body: undefined,
    contentType: null,
    status: 200,
    reply: { "activation-profile-id": "b", "service-type-id": "c" },
  };
  expect(violations(exchange)).toEqual([]);
  expect(violations({ ...exchange, reply: { "activation-profile-name": "n", surprise: 1 } })).toHaveLength(1);
  expect(violations({ ...exchange, reply: { description: 1 } })).not.toEqual([]);
  expect(violations({ ...exchange, status: 302 })).not.toEqual([]);
  expect(violations({ ...exchange, query: { page: "1" } })).not.toEqual([]);
  const list = { ...exchange, path: "/connectivity/v1/accounts/a/subscriptions", reply: {} };
  expect(violations(list)).toHaveLength(2);
  expect(violations({ ...list, query: { "page-index": "x", "max-page-item": "1" } })).toHaveLength(1);
  const dated = { subscriptions: [{ states: [{ state: "Active", "start-datetime-utc": "2024-01-01T00:00:00" }] }] };
  expect(violations({ ...list, query: { "page-index": "0", "max-page-item": "1" }, reply: dated })).toHaveLength(1);
});

test("a path that KORE does not have is a 404 in the shape of its neighbours", async () => {
  const { caller } = await startWithCaller();
  const there = await caller.get("/v1/nothing", { outsideContract: true });
  expect([there.status, Object.keys(there.body)]).toEqual([404, ["INFO"]]);
  const here = await new Caller(caller.kore).call("PUT", "/v1/clients/x", undefined, { outsideContract: true });
  expect([here.status, here.body["code"]]).toEqual([404, 40_404]);
});
