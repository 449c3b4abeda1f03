import type { Mutation } from './mutation.ts';

/** What a program calls: the test that each names notices. */
export const calls: readonly Mutation[] = [
  {
    name: 'a loop over results waits for all of them',
    file: 'src/node/delivery/peer-results.ts',
    from: '    this.#settled.push([id, result]);\n    this.#changed();',
    to: '    this.#settled.push([id, result]);',
    test: 'test/unit/node/delivery/results-as-they-settle.test.ts',
  },
  {
    name: 'a loop over a call that rejects ends as if there were no peers',
    file: 'src/node/delivery/peer-results.ts',
    from: '        await this.all;\n',
    to: '',
    test: 'test/unit/node/delivery/results-as-they-settle.test.ts',
  },
  {
    name: 'a peer that takes no message has no result',
    file: 'src/node/delivery/outgoing.ts',
    from: 'accepted.then(sent).catch(failed)',
    to: 'accepted.then(sent)',
    test: 'test/unit/node/delivery/results-as-they-settle.test.ts',
  },
  {
    name: 'the tag of a node is that of its first access',
    file: 'src/node/access/current-access.ts',
    from: '      tags = networkTagsOf(next);\n',
    to: '',
    test: 'test/unit/node/synchronous-look.test.ts',
  },
];
