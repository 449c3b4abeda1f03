/**
 * A to-do list of all devices. An entry is open or done, and never open again; each device keeps all entries and gives them to
 * whom it meets, so that what was written while a device was away reaches it later.
 */
export function createTodo(node) {
  const entries = new Map();
  const here = new Set();

  function take({ no, text, done }) {
    if (typeof no !== 'string' || typeof text !== 'string') return;
    const known = entries.get(no);
    entries.set(no, { no, text: known?.text ?? text, done: done === true || known?.done === true });
  }

  const give = (id, all) => node.send(id, 'entries', all).catch(() => undefined);

  node.handle('entries', ({ data }) => {
    for (const entry of Array.isArray(data) ? data : []) take(entry);
  });
  node.connections$.subscribe(({ id, state, previous }) => {
    if (state === 'connected') here.add(id);
    else here.delete(id);
    if (state === 'connected' && previous !== 'connected' && entries.size > 0) void give(id, [...entries.values()]);
  });

  function change(entry) {
    take(entry);
    for (const id of here) void give(id, [entries.get(entry.no)]);
  }

  return {
    here,
    get entries() {
      return [...entries.values()];
    },
    add: (no, text) => change({ no, text, done: false }),
    finish: (no) => change({ no, text: entries.get(no)?.text ?? '', done: true }),
  };
}
