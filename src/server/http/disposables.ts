/** Functions that release resources: run in reverse order, each even if another fails. */
export class Disposables {
  readonly #disposables: (() => unknown)[] = [];

  add(dispose: () => unknown): void {
    this.#disposables.push(dispose);
  }

  /** @throws AggregateError of those that failed */
  async dispose(): Promise<void> {
    const errors: unknown[] = [];
    for (let dispose = this.#disposables.pop(); dispose; dispose = this.#disposables.pop()) {
      try {
        await dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0)
      throw new AggregateError(errors, "Not all resources could be released", { cause: errors[0] });
  }
}
