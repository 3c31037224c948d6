import { describe, expect, test } from "vitest";
import { PerAddress, clientAddress, parseNetworks } from "../../../src/server/http/connections/addresses.ts";

describe("12.3 addresses", () => {
  const proxies = parseNetworks(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);

  test.each([
    ["192.0.2.1", "198.51.100.7", "192.0.2.1"], // No proxy of ours: whatever it says.
    ["127.0.0.1", "198.51.100.7", "198.51.100.7"],
    ["::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"],
    ["127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"],
    ["127.0.0.1", "198.51.100.7:4711", "198.51.100.7"],
    ["fd00::1", "[2001:db8::1]:443", "2001:db8::1"],
    ["127.0.0.1", "203.0.113.9, unknown", undefined],
    ["127.0.0.1", "203.0.113.9, <script>", undefined],
    ["127.0.0.1", "", undefined],
    [undefined, "198.51.100.7", undefined],
  ])("12.3.21 of %s forwarding for %s: %s", (peer, forwardedFor, expected) => {
    expect(clientAddress(peer, forwardedFor, proxies)).toBe(expected);
  });

  test("12.3.22 of one IPv6 customer count as one, however they are written", () => {
    const counts = new PerAddress(2);
    expect(counts.take("2001:db8:1:2::1")).toBeDefined();
    const free = counts.take("2001:0DB8:0001:0002:ffff:ffff:ffff:ffff");
    expect(counts.take("2001:db8:1:2::3")).toBeUndefined();
    expect(counts.take("2001:db8:1:3::1")).toBeDefined();
    expect(counts.take("2001:db8::1")).toBeDefined();
    expect(counts.take("::1")).toBeDefined();
    free?.();
    expect(counts.take("2001:db8:1:2::3")).toBeDefined();
  });
});
