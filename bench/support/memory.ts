import { readFileSync } from 'node:fs';

export interface Memory {
  /** JavaScript objects in use. */
  readonly heap: number;
  /** The resident part of the C library's heap, array buffers among it; 0 where there is no /proc. */
  readonly native: number;
  /** What V8 knows of the memory of native code. */
  readonly external: number;
  readonly resident: number;
}

/** Resident bytes of the mapping `[heap]` in the text of /proc/self/smaps. */
export function nativeOf(smaps: string): number | undefined {
  const [, kilobytes] = /\[heap\]\n(?:.*\n)*?Rss:\s+(\d+) kB/.exec(smaps) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

function native(): number | undefined {
  try {
    return nativeOf(readFileSync('/proc/self/smaps', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Memory of this process after collections (`--expose-gc`). */
export async function settledMemory(): Promise<Memory> {
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, native: native() ?? 0, external, resident: rss };
}
