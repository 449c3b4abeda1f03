import type { Rpc } from '../support/rpc.ts';

/** What a stack is asked for; a part leaves out the stacks that cannot do it. */
export type Ability = 'connect' | 'messages' | 'hold' | 'notice';

/** The connection that messages go over. */
export interface Link {
  /**
   * Makes what sends messages of so many bytes, as users of the stack would in a loop. It returns a promise when the loop
   * has to wait before the next one.
   */
  sender(bytes: number): () => Promise<unknown> | undefined;
  /** One message of 100 bytes there and back. */
  ping(): Promise<unknown>;
  /** Resolves when this end has noticed that the other one is gone. */
  readonly gone?: Promise<unknown>;
}

/** The end of a stack that is measured. */
export interface NearEnd {
  /** Dials, waits until both ends have the connection, and closes it: milliseconds without the closing. */
  connect?(): Promise<number>;
  open?(): Promise<Link>;
  /** Takes so many idle connections more, each from a peer of its own at the far end. */
  hold?(count: number): Promise<void>;
}

/** Counts what arrives at the far end. */
export interface Counter {
  message(): void;
  bytes(count: number): void;
}

/** A way to carry messages between two processes. */
export interface Stack {
  readonly name: string;
  /** The stack that it is made of: ratios are to that one, measured in the same rounds. */
  readonly base?: string;
  readonly abilities: readonly Ability[];
  /** The largest message that arrives; default: any. */
  readonly largest?: number;
  near(far: Rpc): Promise<NearEnd>;
  far(near: Rpc, counter: Counter): Promise<void>;
}

/** The first byte of a message that is to be sent back; the others are counted. */
export const echoMark = 0x65;

/** A message of so many bytes that is counted. */
export const counted = (bytes: number): Buffer => Buffer.alloc(bytes, 120);

/** One of 100 bytes that is sent back. */
export const echoed = (): Buffer => Buffer.alloc(100, echoMark);
