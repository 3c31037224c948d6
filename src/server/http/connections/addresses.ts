import { BlockList, isIP, isIPv4 } from "node:net";

/** Addresses and networks in CIDR notation. @throws TypeError when one is neither */
export function parseNetworks(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", prefix, ...rest] = text.split("/");
    const isNetwork = prefix === undefined || /^\d{1,3}$/.test(prefix);
    if (isIP(address) === 0 || !isNetwork || rest.length > 0) throw new TypeError("neither an address nor a network");
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

const isIn = (list: BlockList, address: string) => list.check(address, isIPv4(address) ? "ipv4" : "ipv6");

/**
 * The client's address: the peer's, or the one in `X-Forwarded-For` of trusted proxies. Read from the right: addresses left of
 * the first one that is no trusted proxy may be forged. Undefined for a Unix domain socket, or a proxy without the header.
 */
export function clientAddress(peer: string | undefined, forwardedFor = "", proxies = new BlockList()) {
  let address = plain(peer);
  for (const hop of forwardedFor.split(",").reverse()) {
    if (address === undefined || !isIn(proxies, address)) break;
    address = plain(hop.trim());
  }
  return address === undefined || isIn(proxies, address) ? undefined : address;
}

/** Removes port, brackets and zone, and maps IPv4 in IPv6 to IPv4. */
function plain(text: string | undefined): string | undefined {
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text ?? "") ?? [];
  const address = (bracketed ?? dotted ?? text ?? "").replace(/%.*$/, "");
  const ipv4 = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  const found = ipv4 ?? address;
  return isIP(found) === 0 ? undefined : found;
}

/** The /64 network of an IPv6 address: providers assign at least that to a customer. */
function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const [left = "", right = ""] = address.split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const missing = 8 - groups(left).length - groups(right).length;
  const all = [...groups(left), ...Array<string>(Math.max(0, missing)).fill("0"), ...groups(right)];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(":");
}

/** Counts connections by address. Keeps only addresses with a count. */
export class PerAddress {
  readonly #counts = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts one more connection. The returned function releases it; undefined: the limit is reached. */
  take(address: string): (() => void) | undefined {
    const key = networkOf(address);
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#limit) return undefined;
    this.#counts.set(key, count + 1);
    return () => {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }
}
