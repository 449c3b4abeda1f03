/**
 * A counter that all devices share (a grow-only counter, as of Shapiro et al., 2011): each has a part of its own, which only it
 * raises; the sum is what is shown. What a device has missed it gets when it is connected.
 */
export function createCounter(node) {
  const parts = new Map();
  const watchers = new Set();

  function merge(other) {
    let isNew = false;
    for (const [id, count] of Object.entries(other)) {
      if (!Number.isSafeInteger(count) || count <= (parts.get(id) ?? 0)) continue;
      parts.set(id, count);
      isNew = true;
    }
    if (isNew) for (const watcher of watchers) watcher(counter.value);
  }

  node.handle('parts', ({ data }) => merge(data));
  node.connections$.subscribe(({ id, state, previous }) => {
    if (state !== 'connected' || previous === 'connected') return;
    // It may be gone again already: then it gets all of it the next time.
    node.send(id, 'parts', Object.fromEntries(parts)).catch(() => undefined);
  });

  const counter = {
    get value() {
      return [...parts.values()].reduce((sum, count) => sum + count, 0);
    },
    raise() {
      const count = (parts.get(node.id) ?? 0) + 1;
      merge({ [node.id]: count });
      void node.broadcast('parts', { [node.id]: count });
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
  return counter;
}
