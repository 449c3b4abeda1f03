import { limits } from '../limits.ts';
import type { MessageFrame } from './model/frames.ts';
import type { NodeView } from './view.ts';

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
  const text = JSON.stringify(data, (_, value: unknown) => {
    if (left <= 0) return undefined;
    if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
    if (typeof value === 'string') {
      left -= value.length;
      return value.slice(0, most);
    }
    left -= 4;
    return Array.isArray(value) ? value.slice(0, most) : value;
  });
  const whole = text ?? String(data);
  return whole.length > most ? `${whole.slice(0, most)}…` : whole;
}

/** Tells messages, at most so many a second. */
export function watchMessages(
  view: Pick<NodeView, 'watchMessages' | 'clock'>,
  tell: (frame: MessageFrame) => void,
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
