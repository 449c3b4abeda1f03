/** A way to carry messages between the two processes of a benchmark. */
export interface Implementation {
  readonly name: string;
  /** Sends so many messages of so many bytes, as its users would in a loop. Resolves when all have arrived: seconds. */
  flood(bytes: number, count: number): Promise<number>;
  /** One message of 100 bytes there and back: milliseconds. */
  ping(): Promise<number>;
  close(): Promise<void>;
}
