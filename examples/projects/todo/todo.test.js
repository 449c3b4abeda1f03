import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { peerPaths } from 'lanpeer/testing';
import { createTodo } from './todo.js';

// Every way in which a peer can come, fail, be killed, come back, and leave: in memory and in virtual time.
for (const path of peerPaths())
  test(path.description, async () => {
    await path.run({
      start: (node) => createTodo(node),
      states: {
        connected(todo, { peerId }) {
          deepEqual([...todo.here], [peerId]);
          // Whatever happens in the next step, nothing that was written is forgotten here.
          todo.add(`entry ${todo.entries.length}`, 'water the plants');
        },
        failed: (todo) => equal(todo.here.size, 0),
        closed: (todo) => equal(todo.here.size, 0),
      },
    });
  });
