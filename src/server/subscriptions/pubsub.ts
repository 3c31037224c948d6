import { GraphQLError } from "graphql";
import { type CallerSignal } from "../../common/abort.ts";

/** Unread items at which a subscriber overflows, checked after one turn of the event loop. */
const MAX_UNREAD = 1000;

/** Unread items at which a subscriber overflows at once: bounds a burst within one turn of the event loop. */
const MAX_BURST = 16 * MAX_UNREAD;

/** Delivers each item of a topic to all its subscribers, in order, without waiting for them. */
export class PubSub<Item> {
  readonly #subscribers = new Map<string, Set<Subscriber<Item>>>();

  publish(topic: string, item: Item): void {
    for (const subscriber of this.#subscribers.get(topic) ?? []) {
      if (subscriber.wants(item)) subscriber.push(item);
    }
  }

  /**
   * Receives items from now on. A subscriber that overflows ends with an error; others are not affected.
   *
   * @param wants items to receive. @default all
   */
  subscribe(
    topic: string,
    signal?: CallerSignal,
    wants: (item: Item) => boolean = () => true,
  ): AsyncIterableIterator<Item> {
    const others = this.#subscribers.get(topic) ?? new Set();
    this.#subscribers.set(topic, others);
    const subscriber = new Subscriber<Item>(wants, () => {
      others.delete(subscriber);
      if (others.size === 0) this.#subscribers.delete(topic);
      signal?.removeEventListener("abort", unsubscribe);
    });
    const unsubscribe = () => void subscriber.return();
    others.add(subscriber);
    if (signal?.aborted) unsubscribe();
    else signal?.addEventListener("abort", unsubscribe);
    return subscriber;
  }

  /** The number of subscribers of a topic. */
  subscriberCount(topic: string): number {
    return this.#subscribers.get(topic)?.size ?? 0;
  }
}

type Reader<Item> = (step: IteratorResult<Item, undefined>) => void;

/** Not a generator: its `return()` would wait for the next item, and it would start only when it is read. */
class Subscriber<Item> implements AsyncIterableIterator<Item> {
  readonly wants: (item: Item) => boolean;
  readonly #onEnd: () => void;
  #unread: Item[] = [];
  #waiting: Reader<Item>[] = [];
  #hasEnded = false;
  /** Thrown after the unread items. */
  #error: GraphQLError | undefined;
  #check: NodeJS.Immediate | undefined;

  constructor(wants: (item: Item) => boolean, onEnd: () => void) {
    this.wants = wants;
    this.#onEnd = onEnd;
  }

  push(item: Item): void {
    const read = this.#waiting.shift();
    if (read) {
      read({ done: false, value: item });
      return;
    }
    this.#unread.push(item);
    if (this.#unread.length >= MAX_BURST) this.#end(tooSlow());
    else if (this.#unread.length > MAX_UNREAD) this.#check ??= setImmediate(() => this.#checkUnread());
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#unread.length > 0) return Promise.resolve({ done: false, value: this.#unread.shift() as Item });
    const error = this.#error;
    this.#error = undefined;
    if (error) return Promise.reject(error);
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#unread = [];
    this.#error = undefined;
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #checkUnread(): void {
    this.#check = undefined;
    if (this.#unread.length > MAX_UNREAD) this.#end(tooSlow());
  }

  #end(error?: GraphQLError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#error = error;
    clearImmediate(this.#check);
    this.#onEnd();
    for (const read of this.#waiting.splice(0)) read({ done: true, value: undefined });
  }
}

function tooSlow(): GraphQLError {
  const message = "More has happened than this subscription has read: events are lost from here on; subscribe again";
  return new GraphQLError(message, { extensions: { code: "SUBSCRIBER_TOO_SLOW" } });
}
