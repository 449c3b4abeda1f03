/** `delivered`: handled there. `unsent`: never given to a link. `unknown`: it may have arrived. */
export type MessageFate = 'delivered' | 'unsent' | 'unknown';

interface Entry {
  readonly payload: Uint8Array;
  readonly settle: (fate: MessageFate) => void;
}

/** Messages on their way to one peer: those that wait for the link and those that wait for their acknowledgement. */
export interface Outbox {
  /** False when the window is full; `settle` is called once for what was accepted. */
  accept(payload: Uint8Array, settle: (fate: MessageFate) => void): boolean;
  /** The next message for the link, numbered from 1 on each link. */
  pull(): { readonly seq: number; readonly payload: Uint8Array } | undefined;
  /** Everything up to `seq` was handled. False if that was never sent: the other side breaks the protocol. */
  acknowledge(seq: number): boolean;
  /** The link is gone; numbers begin anew. Messages that it was given are `unknown`, with `all` the others `unsent`. */
  unlink(all: boolean): void;
  /** Messages accepted and not settled. */
  readonly size: number;
  /** Their bytes. */
  readonly bytes: number;
}

/** Window of one peer: at most `messages` messages and `bytes` bytes that are accepted and not settled. */
export function createOutbox(limits: { readonly messages: number; readonly bytes: number }): Outbox {
  const waiting: Entry[] = [];
  const sent: Entry[] = [];
  let waitingFrom = 0;
  let sentFrom = 0;
  let next = 1;
  let acknowledged = 0;
  let bytes = 0;

  const size = (): number => waiting.length - waitingFrom + sent.length - sentFrom;

  function settle(entry: Entry | undefined, fate: MessageFate): void {
    if (!entry) return;
    bytes -= entry.payload.byteLength;
    entry.settle(fate);
  }

  return {
    accept(payload, onSettled) {
      // A message larger than the window goes alone: it could not go at all otherwise.
      const fits = size() === 0 || bytes + payload.byteLength <= limits.bytes;
      if (!fits || size() >= limits.messages) return false;
      bytes += payload.byteLength;
      waiting.push({ payload, settle: onSettled });
      return true;
    },
    pull() {
      const entry = waiting[waitingFrom];
      if (!entry) return undefined;
      waitingFrom = drop(waiting, waitingFrom);
      sent.push(entry);
      const seq = next;
      next += 1;
      return { seq, payload: entry.payload };
    },
    acknowledge(seq) {
      if (seq >= next) return false;
      while (acknowledged < seq) {
        const entry = sent[sentFrom];
        sentFrom = drop(sent, sentFrom);
        acknowledged += 1;
        settle(entry, 'delivered');
      }
      return true;
    },
    unlink(all) {
      next = 1;
      acknowledged = 0;
      const unknown = sent.splice(0).slice(sentFrom);
      sentFrom = 0;
      const unsent = all ? waiting.splice(0).slice(waitingFrom) : [];
      if (all) waitingFrom = 0;
      for (const entry of unknown) settle(entry, 'unknown');
      for (const entry of unsent) settle(entry, 'unsent');
    },
    get size() {
      return size();
    },
    get bytes() {
      return bytes;
    },
  };
}

/** Takes one entry off the front: the array is cut now and then instead of shifted each time. */
function drop(entries: Entry[], from: number): number {
  if (from + 1 < 1_024 && from + 1 < entries.length) return from + 1;
  entries.splice(0, from + 1);
  return 0;
}
