/** The durable store cannot be written at present: no room, or the disk refuses. Reads go on. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
