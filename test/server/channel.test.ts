import { beforeEach, describe, expect, test } from "vitest";
import { Channel, type Pipe } from "../../src/server/cluster/channel.ts";

type Mine = {
  double: (value: number) => Promise<number>;
  fail: (nothing: null) => never;
  note: (text: string) => void;
};

let frames: string[];
let defects: unknown[];
let noted: string[];
let asking: Channel<Mine>;

/** Two ends of a pipe that carries text. */
function pipes(): [Pipe, Pipe] {
  const listeners: ((frame: unknown) => void)[] = [];
  const end = (own: number, other: number): Pipe => ({
    receive: (listener) => (listeners[own] = listener),
    send(frame) {
      const text = JSON.stringify(frame);
      frames.push(text);
      setImmediate(() => listeners[other]?.(JSON.parse(text)));
    },
  });
  return [end(0, 1), end(1, 0)];
}

beforeEach(() => {
  [frames, defects, noted] = [[], [], []];
  const [one, other] = pipes();
  asking = new Channel<Mine>(one, {}, (error) => defects.push(error));
  const mine: Mine = {
    double: (value) => Promise.resolve(2 * value),
    fail: () => {
      throw new Error("with a secret");
    },
    note: (text) => void noted.push(text),
  };
  new Channel(other, mine, (error) => defects.push(error));
});

describe("A channel", () => {
  test("answers each question with its own answer, many in one frame", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => asking.ask("double", index)));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => 2 * index));
    expect(frames).toHaveLength(2);
  });

  test("tells without an answer, in order", async () => {
    asking.tell("note", "first");
    asking.tell("note", "second");
    await asking.ask("double", 1);
    expect(noted).toEqual(["first", "second"]);
    expect(frames.join()).not.toContain('"answer":0');
  });

  test("says that something failed, and not what", async () => {
    await expect(asking.ask("fail", null)).rejects.toThrow("The other process could not answer");
    expect(defects).toEqual([new Error("with a secret")]);
    expect(frames.join()).not.toContain("secret");
  });

  test("fails what is open when the other side is gone, and whatever is asked later", async () => {
    const open = asking.ask("double", 1);
    asking.close();
    await expect(open).rejects.toThrow("The other process is gone");
    await expect(asking.ask("double", 1)).rejects.toThrow("The other process is gone");
    asking.tell("note", "into the void");
  });
});

test("what others send over the same pipe is passed over", () => {
  let hear: ((frame: unknown) => void) | undefined;
  const channel = new Channel<Mine>({ send: () => undefined, receive: (listener) => (hear = listener) }, {}, (error) =>
    defects.push(error),
  );
  for (const frame of [null, 7, "memory", {}, { messages: 1 }, { cmd: "NODE_DEBUG" }]) hear?.(frame);
  expect(defects).toEqual([]);
  channel.close();
});
