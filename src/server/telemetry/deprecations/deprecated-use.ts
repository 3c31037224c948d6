/** A use of a deprecated element of the schema. All three have bounded sets of values. */
export interface DeprecatedUse {
  /** Schema coordinate. */
  readonly element: string;
  /** Name of a known operation, `anonymous` or `other`. */
  readonly operation: string;
  /** Name of one of the first callers, or `other`. */
  readonly caller: string;
}
