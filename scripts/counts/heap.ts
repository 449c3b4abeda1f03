import { GCProfiler, getHeapStatistics } from 'node:v8';

const used = (): number => getHeapStatistics().used_heap_size;

/** Counts bytes that are allocated on the heap from now on, in KiB: what each collection finds there, over what the last left. */
export function startAllocations(): () => number {
  globalThis.gc?.();
  const profiler = new GCProfiler();
  profiler.start();
  const before = used();
  return () => {
    const now = used();
    let allocated = 0;
    let left = before;
    for (const { beforeGC, afterGC } of profiler.stop().statistics) {
      allocated += beforeGC.heapStatistics.usedHeapSize - left;
      left = afterGC.heapStatistics.usedHeapSize;
    }
    return (allocated + now - left) / 1_024;
  };
}
