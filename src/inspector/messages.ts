import { limits } from '../limits.ts';
import type { NodeView } from '../node/observer.ts';
import { isBytes, plainBytes } from '../validation/realm.ts';
import type { MessageTraceEvent } from './model/trace-events.ts';

/** The beginning of some data as JSON text; of bytes only how many they are. Large data is not looked through. */
export function previewOf(data: unknown): string {
  try {
    return beginningOf(data);
  } catch {
    // A getter of the program's that throws, or anything else that is its business.
    return '…';
  }
}

function beginningOf(data: unknown): string {
  const most = limits.inspector.previewChars;
  let left = most;

  // Not a replacer of JSON.stringify: a Buffer has made a list of all its bytes by the time that one is asked.
  function shorten(value: unknown): unknown {
    if (isBytes(value)) return `${plainBytes(value).byteLength} bytes`;
    if (typeof value === 'string') {
      left -= value.length;
      return value.slice(0, most);
    }
    left -= 4;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (let index = 0; index < value.length && left > 0; index += 1) items.push(shorten(value[index]));
      return items;
    }
    const fields: [key: string, value: unknown][] = [];
    for (const key of Object.keys(value)) {
      if (left <= 0) break;
      left -= key.length;
      fields.push([key, shorten((value as Readonly<Record<string, unknown>>)[key])]);
    }
    return Object.fromEntries(fields);
  }

  const text = JSON.stringify(shorten(data)) ?? String(data);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Tells messages, at most so many a second. */
export function watchMessages(
  view: Pick<NodeView, 'watchMessages' | 'clock'>,
  tell: (traceEvent: MessageTraceEvent) => void,
): () => void {
  const { clock } = view;
  let second = 0;
  let told = 0;
  return view.watchMessages((message) => {
    const at = clock.now();
    const current = Math.floor(clock.monotonic() / 1_000);
    if (current !== second) {
      second = current;
      told = 0;
    }
    told += 1;
    if (told > limits.inspector.messagesPerSecond) return;
    const { direction, peer, type, data } = message;
    tell({ t: 'message', at, direction, peer, type, preview: previewOf(data) });
  });
}
