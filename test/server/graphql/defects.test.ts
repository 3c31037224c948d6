import { afterEach, expect, test, vi } from "vitest";
import { FastPath } from "../../../src/server/graphql/fast-path/index.ts";
import { type TestApp, startApp } from "../../support/app.ts";

let app: TestApp;
afterEach(async () => {
  vi.restoreAllMocks();
  await app.stop();
});

test("a defect in one of the operations that are taken up together reaches its own caller only", async () => {
  app = await startApp({ accounts: { acme: { sims: 1, states: "Active" } } });
  const post = async (query: string) => {
    const body = JSON.stringify({ query });
    const reply = await fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return { status: reply.status, text: await reply.text() };
  };
  await post("{ __typename }"); // Parsed by Apollo; from then on the fast path answers.
  const answer = vi.spyOn(FastPath.prototype, "answer");
  answer.mockImplementationOnce(() => {
    throw new Error("a defect that quotes 8988303000000000001");
  });
  const replies = await Promise.all([1, 2, 3].map(() => post("{ __typename }")));
  expect(answer).toHaveBeenCalledTimes(3);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 500]);
  for (const { status, text } of replies) {
    if (status === 200) expect(JSON.parse(text)).toEqual({ data: { __typename: "Query" } });
    else expect(text).not.toContain("8988303000000000001");
  }
});
