import { describe, expect, test } from "vitest";
import { queryCheck } from "../../src/server/cluster/queries.ts";
import { TrustedDocuments } from "../../src/server/limits/documents.ts";
import { textFinder } from "../../src/server/limits/documents.ts";

const QUERY = "query Read { capabilities { mode } }";
const MUTATION = "mutation Write { deleteClient(input: { id: 1 }) { client { id } } }";
const hash = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const isQuery = queryCheck(textFinder(undefined, undefined), 100);

describe("A process that answers queries only", () => {
  test.each([
    ["a query", { query: QUERY }],
    ["several", { query: `${QUERY} query Other { __typename }`, operationName: "Other" }],
    ["a query that is registered", { query: QUERY, extensions: hash("abc") }],
    ["what cannot be read", { query: "mutation {" }],
    ["too many words to be read", { query: `mutation { ${"a ".repeat(200)} }` }],
    ["a fragment alone", { query: "fragment F on Query { __typename }" }],
    ["no text", { query: 7 }],
    ["nothing", {}],
    ["no object", "mutation { a }"],
    ["a list", [{ query: MUTATION }]],
    ["null", null],
  ])("answers %s", (_, asked) => {
    // Twice: what is known of a text is kept.
    expect([isQuery(asked), isQuery(asked)]).toEqual([true, true]);
  });

  test.each([
    ["a mutation", { query: MUTATION }],
    ["a subscription", { query: "subscription { subscriptionStateChanged(accountId: 1) { subscriptionId } }" }],
    ["a query beside a mutation", { query: `${QUERY} ${MUTATION}`, operationName: "Read" }],
    ["a hash that it does not know", { extensions: hash("abc") }],
  ])("sends on %s", (_, asked) => {
    expect([isQuery(asked), isQuery(asked)]).toEqual([false, false]);
  });

  test.each([
    ["by name", "query { capabilities { mode } unresolvedOrders(accountId: 1) { intentId } }"],
    ["by another name", "{ mine: unresolvedOrders(accountId: 1) { intentId } }"],
    ["in a fragment", "{ ...F } fragment F on Query { unresolvedOrders(accountId: 1) { intentId } }"],
    ["under a condition", "{ ... on Query @skip(if: true) { unresolvedOrders(accountId: 1) { intentId } } }"],
  ])("C2.5 sends on a query that needs the ledger: %s", (_, query) => {
    const check = queryCheck(textFinder(undefined, undefined), 100, new Set(["unresolvedOrders"]));
    expect([check({ query }), check({ query }), check({ query: QUERY })]).toEqual([false, false, true]);
  });

  test("goes by the document that is run, whatever text comes with its id", () => {
    const trusted = new TrustedDocuments([
      ["reads", QUERY],
      ["writes", MUTATION],
    ]);
    const isTrustedQuery = queryCheck(textFinder(trusted, undefined), 100);
    expect(isTrustedQuery({ query: QUERY, extensions: hash("writes") })).toBe(false);
    expect(isTrustedQuery({ query: MUTATION, extensions: hash("reads") })).toBe(true);
    expect(isTrustedQuery({ extensions: hash("reads") })).toBe(true);
    expect(isTrustedQuery({ extensions: hash("writes") })).toBe(false);
    expect(isTrustedQuery({ query: "query Untrusted { a }" })).toBe(true); // To be refused here as well as there.
  });
});
