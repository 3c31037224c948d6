import { type SimulatorOptions } from "../options.ts";
import { type Sim, type Sims } from "../fixtures/sims.ts";
import { Scheduler } from "../time/scheduler.ts";

/** KORE's statuses of a text, which its webhooks deliver. */
export type MessageStatus = "Accepted" | "Queued" | "InProgress" | "Success" | "Failed";

/** A text to a SIM. */
export interface Message {
  readonly id: string;
  readonly sim: Sim;
  readonly iccid: string;
  readonly msisdn: string;
  readonly from: string;
  readonly text: string;
  readonly createdAt: number;
  status: MessageStatus;
  /** KORE's `error-code`; null unless it failed. */
  errorCode: number | null;
}

/** Is called at each change of a text's status. `at`: milliseconds since the epoch. */
export interface MessageListener {
  messageChanged(message: Message, at: number): void;
}

/** Ids begin here. */
const FIRST_ID = 700_001;
/** KORE: `UNDELIV`. */
const UNDELIVERED = 419;

/** Accepts texts and delivers them by the clock. KORE has no idempotency: every accepted body is one more text. */
export class Messages {
  readonly #sims: Sims;
  readonly #listener: MessageListener;
  readonly #stepMs: number;
  readonly #scheduler = new Scheduler();
  readonly #all: Message[] = [];

  constructor(sims: Sims, { stepMs = 500 }: NonNullable<SimulatorOptions["messages"]>, listener: MessageListener) {
    this.#sims = sims;
    this.#listener = listener;
    this.#stepMs = stepMs;
  }

  settle(now: number): void {
    this.#scheduler.runDue(now);
  }

  /** When the next change is due, in milliseconds; null when none is. */
  get nextChange(): number | null {
    return this.#scheduler.next;
  }

  /** Oldest first. */
  of(accountId: string): readonly Message[] {
    return this.#all.filter(({ sim }) => sim.account.id === accountId);
  }

  send(sim: Sim, { from, text, now }: { from: string; text: string; now: number }): Message {
    const message: Message = {
      id: String(FIRST_ID + this.#all.length),
      sim,
      iccid: this.#sims.iccid(sim),
      msisdn: this.#sims.msisdns(sim)[0] ?? "",
      ...{ from, text, createdAt: now, status: "Accepted", errorCode: null },
    };
    this.#all.push(message);
    // OURS: the order of the statuses, and that a text to a SIM without service fails at once; KORE tries for 48 hours.
    const isReachable = this.#sims.state(sim) === "Active";
    this.#later(message, "Queued", now + this.#stepMs);
    this.#later(message, "InProgress", now + 2 * this.#stepMs);
    this.#later(message, isReachable ? "Success" : "Failed", now + 3 * this.#stepMs);
    return message;
  }

  #later(message: Message, status: MessageStatus, at: number): void {
    this.#scheduler.schedule(at, () => {
      message.status = status;
      if (status === "Failed") message.errorCode = UNDELIVERED;
      this.#listener.messageChanged(message, at);
    });
  }
}
