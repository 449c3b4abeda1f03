import { WebSocket } from 'ws';
import { limits } from '../../limits.ts';
import type { TraceEvent } from '../model/trace-events.ts';

/** What a page is shown when it comes, and what it is told from then on. */
export interface Source {
  /** Trace events for a page that comes now: the greeting, the past, and how everything stands. */
  greeting(): Iterable<TraceEvent>;
  /** How everything stands now, for a page that missed something; null where nothing new ever comes. */
  standing(at: number): readonly TraceEvent[];
}

interface Page {
  readonly socket: WebSocket;
  left: number;
}

/** Pages that look on. One that does not keep up misses trace events, is told so, and costs no memory. */
export interface Pages {
  add(socket: WebSocket): void;
  send(traceEvents: readonly TraceEvent[]): void;
  close(): void;
  readonly size: number;
}

/** Large arrays are cut: each message is parsed in one go over there. */
const chunkEvents = 2_000;

export function createPages(source: Source, now: () => number): Pages {
  const pages = new Set<Page>();

  function push({ socket }: Page, traceEvents: readonly TraceEvent[]): void {
    if (traceEvents.length > 0 && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(traceEvents));
  }

  return {
    add(socket) {
      const page: Page = { socket, left: 0 };
      socket.on('error', () => socket.terminate());
      socket.on('close', () => pages.delete(page));
      // Pages have nothing to say.
      socket.on('message', () => socket.close(1008));
      pages.add(page);
      let chunk: TraceEvent[] = [];
      for (const traceEvent of source.greeting()) {
        chunk.push(traceEvent);
        if (chunk.length < chunkEvents) continue;
        push(page, chunk);
        chunk = [];
      }
      push(page, chunk);
    },
    send(traceEvents) {
      for (const page of pages) {
        if (page.socket.bufferedAmount > limits.inspector.waitingBytes) {
          page.left += traceEvents.length;
          continue;
        }
        if (page.left > 0) {
          const at = now();
          // What is in hand is part of how everything stands.
          push(page, [{ t: 'gap', at, left: page.left }, ...source.standing(at)]);
          page.left = 0;
        } else push(page, traceEvents);
      }
    },
    close() {
      for (const { socket } of pages) socket.terminate();
      pages.clear();
    },
    get size() {
      return pages.size;
    },
  };
}
