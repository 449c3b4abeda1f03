import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap that are reachable. */
export function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
