import type { Observable } from 'rxjs';
import { guarded } from '../../src/streams/guarded.ts';

/** Has to wait for what RxJS throws again by a timer, and for promises. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A guarded stream, and what was reported of its subscribers. */
export function watched<T>(source: Observable<T>) {
  const reported: unknown[] = [];
  return { reported, stream: guarded(source, (thrown) => void reported.push(thrown)) };
}
