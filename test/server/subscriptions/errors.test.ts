import { describe, expect, test } from "vitest";
import { LIVE_TRANSPORTS, arrived, overHttp, subscribe } from "../../support/live/callers.ts";
import { SECRET, startToyGraph } from "../../support/live/toy-graph.ts";

describe.each(LIVE_TRANSPORTS)("errors over $name", ({ call }) => {
  const MASKED = { message: "Internal error", extensions: { code: "INTERNAL_SERVER_ERROR" } };

  test("a source that fails ends the subscription, masked and logged", async () => {
    const toy = await startToyGraph();
    const subscriber = await subscribe(call, toy);
    subscriber.source.publish("one");
    subscriber.source.end(new Error(SECRET));
    expect(await subscriber.ended).toBe("complete");
    expect(subscriber.results).toEqual([{ data: { events: { text: "one" } } }, { errors: [MASKED] }]);
    expect(JSON.stringify(toy.logged())).toContain(SECRET);
  });

  test.each([
    ["broken", MASKED],
    ["wrong", MASKED],
    ["refused", { message: "topic: must be known", extensions: { code: "BAD_USER_INPUT" } }],
  ])("a subscription that cannot begin (%s) is answered by its error", async (field, error) => {
    const caller = call((await startToyGraph()).url, { query: `subscription { ${field} }` });
    expect(await caller.ended).toBe("complete");
    expect(caller.results).toEqual([{ errors: [expect.objectContaining(error)] }]);
    expect(JSON.stringify(caller.results)).not.toContain(SECRET);
  });

  test("a field that fails fails alone, and the events go on", async () => {
    const subscriber = await subscribe(call, await startToyGraph(), "subscription { events { text defect } }");
    subscriber.source.publish("one");
    subscriber.source.publish("two");
    await arrived(subscriber, 2);
    for (const [index, text] of ["one", "two"].entries()) {
      expect(subscriber.results[index]).toEqual({
        data: { events: { text, defect: null } },
        errors: [{ ...MASKED, path: ["events", "defect"], locations: [{ line: 1, column: 30 }] }],
      });
    }
  });

  test.each([
    ["an unknown field, without telling which there are", { query: "{ greetin }" }],
    ["an unknown field of a subscription", { query: "subscription { event { text } }" }],
    ["introspection", { query: "{ __schema { types { name } } }" }],
    ["introspection within a subscription", { query: "subscription { __schema { types { name } } }" }],
    ["a document that cannot be parsed", { query: `{ ${SECRET} "` }],
    ["an operation that is not there", { query: "query A { greeting } query B { greeting }", operationName: "C" }],
    ["no operation", { query: "" }],
    ["a variable of another type", { query: "query ($n: Int) { greeting(times: $n) }", variables: { n: SECRET } }],
    ["a value of another type", { query: `{ greeting(times: "${SECRET}") }` }],
    ["a defect", { query: "{ defect }" }],
  ])("%s: the same answer as over HTTP", async (_, operation) => {
    const toy = await startToyGraph();
    const caller = call(toy.url, operation);
    expect(await caller.ended).toBe("complete");
    const [result, ...more] = caller.results;
    expect(more).toEqual([]);
    expect(result?.errors).toEqual((await overHttp(toy, operation)).errors);
    expect(result?.errors).not.toEqual([]);
    expect(JSON.stringify(result)).not.toMatch(/hunter2|Did you mean/);
  });

  const TWO = "query A { greeting } query B { greeting }";
  test.each([
    ["unknown", { query: TWO, operationName: "C" }],
    ["missing among several", { query: TWO }],
    ["unknown among subscriptions", { query: "subscription A { events { text } }", operationName: "C" }],
  ])("an operation name that is %s is the caller's to mend, on every transport", async (_, operation) => {
    const toy = await startToyGraph();
    const caller = call(toy.url, operation);
    await caller.ended;
    const codes = caller.results.map(({ errors }) => errors?.map(({ extensions }) => extensions.code));
    expect(codes).toEqual([["OPERATION_RESOLUTION_FAILURE"]]);
    const reply = await fetch(`${toy.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(operation),
    });
    expect([reply.status, await reply.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: "OPERATION_RESOLUTION_FAILURE" } }] },
    ]);
    expect(toy.logged().filter(({ level }) => level === "error")).toEqual([]);
  });

  test("a subscription's variable of another type: as a query's", async () => {
    const toy = await startToyGraph();
    const variables = { n: SECRET };
    const caller = call(toy.url, { query: "subscription ($n: Int) { events(first: $n) { text } }", variables });
    expect(await caller.ended).toBe("complete");
    const asQuery = await overHttp(toy, { query: "query        ($n: Int) { greeting(times: $n) }", variables });
    expect(caller.results).toEqual([{ errors: asQuery.errors }]);
    expect(toy.sources).toEqual([]);
  });
});
