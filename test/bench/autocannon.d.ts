/** What the bench uses of autocannon, which ships no types. */
declare module "autocannon" {
  interface Request {
    method: "GET" | "POST";
    path: string;
    headers?: Record<string, string>;
    body?: string;
  }

  interface Client {
    setRequests(requests: Request[]): void;
  }

  interface Options {
    url: string;
    connections: number;
    /** Seconds. */
    duration?: number;
    /** Requests in all; takes the place of `duration`. */
    amount?: number;
    /** Milliseconds between looks at whether time is up. */
    sampleInt: number;
    /** Failures after which it gives up. */
    bailout: number;
    setupClient: (client: Client) => void;
    verifyBody: (body: string) => boolean;
  }

  interface Result {
    errors: number;
    timeouts: number;
    mismatches: number;
    non2xx: number;
  }

  interface Instance extends PromiseLike<Result> {
    on(event: "start", listener: () => void): void;
    on(
      event: "response",
      listener: (client: Client, status: number, bytes: number, milliseconds: number) => void,
    ): void;
    on(event: "reqMismatch", listener: (body: string) => void): void;
    stop(): void;
  }

  export default function autocannon(options: Options): Instance;
}
