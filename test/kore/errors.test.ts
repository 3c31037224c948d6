import { expect, test } from "vitest";
import { KoreError, errorFromReply } from "../../src/kore/errors.ts";

const from = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errorFromReply("GET /v1/things", status, headers, typeof body === "string" ? body : JSON.stringify(body));

test.each([
  [{ message: "said" }, undefined],
  [{ error: 17, message: "said" }, "17"],
  [{ INFO: "said" }, undefined],
  [{ status: "failed", errorMessage: "said" }, undefined],
  [{ "subscription-request-id": "1", error: { code: 12, message: "said", status: "failed" } }, "12"],
  [{ "subscription-request-id": "1", error: { message: "said", status: "failed" } }, undefined],
  [{ message: "said", "cost-center-id": null, "cost-center-pk": null }, undefined],
  [{ code: 20404, message: "said", more_info: "https://docs.korewireless.com/errors/20404", status: 404 }, "20404"],
  [{ code: 40404, message: "said", info: "https://docs.korewireless.com/errors/40404", status: 404 }, "40404"],
  [{ code: 7, message: "said" }, "7"],
  [{ error: "invalid_client", error_description: "said" }, undefined],
  [
    { status: "failed", "error-message": "said", "validation-error": [{ eid: "1", "error-message": "other" }] },
    undefined,
  ],
  [{ status: "failed", data: { message: "said", "retry-response": [] } }, undefined],
  [{ code: "E1", message: "said" }, "E1"],
  [{ messages: ["said", "more"], error: "Bad Request", timestamp: "now" }, undefined],
  [{ StatusCode: 500, Messages: ["other"], ErrorMessages: ["said"] }, undefined],
  [{ "rule-id": 0, message: ["said"] }, undefined],
])("KORE's error body %j is read", (body, code) => {
  const error = from(400, body);
  expect(error.koreMessage).toContain("said");
  expect(error.code).toBe(code);
});

test.each([
  [400, "bad-request"],
  [401, "unauthenticated"],
  [403, "forbidden"],
  [404, "not-found"],
  [408, "timeout"],
  [409, "conflict"],
  [422, "bad-request"],
  [429, "rate-limited"],
  [500, "unavailable"],
  [502, "unavailable"],
  [503, "unavailable"],
  [504, "timeout"],
  [302, "contract"],
])("status %i is of kind %s, also without a body", (status, kind) => {
  expect(from(status, "").kind).toBe(kind);
  expect(from(status, "<html>").kind).toBe(kind);
});

test("a link is passed on only when it leads to KORE's documentation", () => {
  expect(from(404, { message: "x", info: "https://docs.korewireless.com/errors/1" }).moreInfo).toMatch(/^https:/);
  expect(from(404, { message: "x", info: "https://internal.example/host" }).moreInfo).toBeUndefined();
  const quoting = "https://docs.korewireless.com/errors?iccid=8988303000000000001";
  expect(from(404, { message: "x", info: quoting }).moreInfo).toBeUndefined();
});

test.each(["SIM 8988303000000000001 is barred", "8988303000000000001", "ops@meridian.example", "x".repeat(65), "<b>"])(
  "an invalid code is not passed on: %s",
  (code) => {
    expect(from(400, { code, message: "x" }).code).toBeUndefined();
  },
);

test("a code with underscores, dots or dashes is valid", () => {
  for (const code of ["INVALID_STATE", "sim.barred-2", "20404"])
    expect(from(400, { code, message: "x" }).code).toBe(code);
});

test("Retry-After is read from seconds or a date", () => {
  expect(from(429, "", { "retry-after": "3" }).retryAfter).toBe(3000);
  const date = new Date(Date.now() + 60_000).toUTCString();
  expect(from(429, "", { "retry-after": date }).retryAfter).toBeGreaterThan(50_000);
  expect(from(429, "", { "retry-after": "soon" }).retryAfter).toBeUndefined();
});

test("B9.2 Retry-After as a date is relative to the reply's Date", () => {
  const at = (hours: number, seconds = 0) => new Date(Date.now() + hours * 3_600_000 + seconds * 1000).toUTCString();
  for (const hours of [-3, 0, 3, 24 * 365]) {
    expect(from(429, "", { date: at(hours), "retry-after": at(hours, 90) }).retryAfter).toBe(90_000);
    expect(from(503, "", { date: at(hours), "retry-after": at(hours, -90) }).retryAfter).toBe(0);
    expect(from(429, "", { date: at(hours), "retry-after": "7" }).retryAfter).toBe(7000);
  }
  const near = from(429, "", { date: "noon", "retry-after": at(0, 60) }).retryAfter;
  expect(near).toBeGreaterThan(50_000);
  for (const odd of ["", "-1", "Infinity", "0x10"]) {
    const { retryAfter } = from(429, "", { "retry-after": odd });
    expect(retryAfter === undefined || Number.isFinite(retryAfter)).toBe(true);
  }
});

test("KORE's message is in no serialized form of the error", () => {
  const error = from(404, { INFO: "no SIM 8901260882305063816" });
  expect(error.koreMessage).toContain("8901260882305063816");
  expect(JSON.stringify([error, Object.entries(error), String(error)])).not.toContain("8901260882305063816");
});

test('nullIfNotFound maps "not found" to null, and nothing else', () => {
  expect(KoreError.nullIfNotFound(from(404, ""))).toBeNull();
  expect(() => KoreError.nullIfNotFound(from(500, ""))).toThrow(KoreError);
});
