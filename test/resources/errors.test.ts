import { expect, test } from "vitest";
import { CommitUnknown, StoreUnavailable } from "../../src/common/store/store-errors.ts";
import { describeKoreError } from "../../src/resources/errors.ts";

test("13.5 an order with an unknown record is neither reported as unsent nor as retryable", () => {
  const refused = describeKoreError(new StoreUnavailable("away"));
  expect(refused).toMatchObject({ code: "STORE_UNAVAILABLE", extensions: { isRetryable: true } });
  expect(refused?.message).toContain("none is sent");
  const unknown = describeKoreError(new CommitUnknown("cut off"));
  expect(unknown).toMatchObject({ code: "STORE_UNAVAILABLE", extensions: { isRetryable: false } });
  expect(unknown?.message).toContain("may have been recorded");
});
