/** What one side can be asked, by name: takes plain data and gives plain data, now or later. */
export type Calls = Readonly<Record<string, (payload: never) => unknown>>;

type Payload<Of extends Calls, Name extends keyof Of> = Parameters<Of[Name]>[0];
type Result<Of extends Calls, Name extends keyof Of> = Awaited<ReturnType<Of[Name]>>;

/** What leads to another process and back. */
export interface Pipe {
  send(frame: unknown): void;
  receive(listener: (frame: unknown) => void): void;
}

type Message =
  /** With a number it is a question. */
  | { name: string; payload: unknown; id?: number }
  | { answer: number; value: unknown }
  | { answer: number; failed: true };

/**
 * Questions and answers between two processes. What is said in one turn of the event loop is sent as one frame: a
 * message has its price on both sides whatever is in it.
 */
export class Channel<Theirs extends Calls> {
  readonly #pipe: Pipe;
  readonly #answer: (name: string, payload: unknown) => unknown;
  readonly #onDefect: (error: unknown) => void;
  readonly #asked = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #last = 0;
  #outbox: Message[] = [];
  #isClosed = false;

  /** `onDefect`: told what goes wrong in answering; the other side hears no more than that something did. */
  constructor(pipe: Pipe, mine: Calls, onDefect: (error: unknown) => void) {
    this.#pipe = pipe;
    this.#answer = (name, payload) => (mine as Record<string, (payload: unknown) => unknown>)[name]?.(payload);
    this.#onDefect = onDefect;
    pipe.receive((frame) => {
      for (const message of messagesIn(frame)) this.#hear(message);
    });
  }

  /** @throws Error when the other side is gone, or could not answer */
  ask<Name extends keyof Theirs & string>(name: Name, payload: Payload<Theirs, Name>): Promise<Result<Theirs, Name>> {
    if (this.#isClosed) return Promise.reject(gone());
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#say({ name, payload, id });
    });
  }

  /** Without waiting for anything. */
  tell<Name extends keyof Theirs & string>(name: Name, payload: Payload<Theirs, Name>): void {
    if (!this.#isClosed) this.#say({ name, payload });
  }

  /** The other side is gone. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#asked.values()) reject(gone());
    this.#asked.clear();
  }

  #say(message: Message): void {
    this.#outbox.push(message);
    if (this.#outbox.length > 1) return;
    setImmediate(() => {
      const messages = this.#outbox;
      this.#outbox = [];
      if (!this.#isClosed) this.#pipe.send({ messages });
    });
  }

  #hear(message: Message): void {
    if ("answer" in message) {
      const { answer } = message;
      const asked = this.#asked.get(answer);
      this.#asked.delete(answer);
      if ("failed" in message) asked?.reject(new Error("The other process could not answer"));
      else asked?.resolve(message.value);
    } else {
      void this.#work(message.name, message.payload, message.id);
    }
  }

  async #work(name: string, payload: unknown, id: number | undefined): Promise<void> {
    try {
      const value = await this.#answer(name, payload);
      if (id !== undefined && !this.#isClosed) this.#say({ answer: id, value });
    } catch (error) {
      this.#onDefect(error);
      if (id !== undefined && !this.#isClosed) this.#say({ answer: id, failed: true });
    }
  }
}

/** Tools that watch processes send messages of their own over the same pipe. */
function messagesIn(frame: unknown): readonly Message[] {
  if (typeof frame !== "object" || frame === null || !("messages" in frame)) return [];
  return Array.isArray(frame.messages) ? (frame.messages as Message[]) : [];
}

const gone = () => new Error("The other process is gone");
