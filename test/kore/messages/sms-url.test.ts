import { expect, test } from "vitest";
import { smsUrlOf } from "../../../src/kore/api/sms.ts";

test.each([
  ["https://api.korewireless.com/connectivity", "https://api.korewireless.com/sms"],
  ["https://api.korewireless.com/connectivity/", "https://api.korewireless.com/sms"],
  ["https://proxy.example/kore/connectivity", "https://proxy.example/kore/sms"],
  ["http://127.0.0.1:4010", "http://127.0.0.1:4010/sms"],
])("SMS is beside ConnectivityPro at %s unless its address is set", (connectivityUrl, smsUrl) => {
  expect(smsUrlOf(connectivityUrl)).toBe(smsUrl);
});
