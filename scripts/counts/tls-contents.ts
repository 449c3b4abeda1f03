import type { Socket } from 'node:net';
import { parseCarried, streamGeneration } from '../../src/protocol/carrier.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import type { Counters } from './counters.ts';
import { createWebSocketParser } from './web-socket-parser.ts';

const none = Buffer.alloc(0);

/** Counts messages, records and frames in what goes over TLS; looks while `isOn`, because that takes memory and time. */
export class TlsContents {
  isOn = true;
  readonly #counters: Counters;
  readonly #parsers = new WeakMap<Socket, (bytes: Buffer) => void>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** @param written What the socket writes, before it is encrypted. */
  look(socket: Socket, written: Buffer): void {
    if (!this.isOn) return;
    const parser =
      this.#parsers.get(socket) ?? createWebSocketParser((frame) => this.#take(frame.opcode, frame.payload));
    this.#parsers.set(socket, parser);
    parser(written);
  }

  #take(opcode: number, payload: Buffer): void {
    const counters = this.#counters;
    if (opcode > 7) counters.add('WebSocket control frames');
    else if (opcode === 1) counters.add('signalling messages');
    else {
      counters.add('records over TLS');
      const carried = parseCarried(payload);
      if (carried?.generation === streamGeneration) return;
      for (const _ of readFrames(carried?.record ?? none)) counters.add('frames over TLS');
    }
  }
}
