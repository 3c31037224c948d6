export type MaybePromise<Value> = Value | Promise<Value>;

/** Maps a value synchronously, or a promise's value later. */
export function mapMaybePromise<Value, Made>(
  value: MaybePromise<Value>,
  make: (value: Value) => Made,
): MaybePromise<Made> {
  return value instanceof Promise ? value.then(make) : make(value);
}
