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
    from: 'accepted.then(sent).catch(failedResult)',
    to: 'accepted.then(sent)',
    test: 'test/unit/node/delivery/results-as-they-settle.test.ts',
  },
  {
    name: 'what does not fit its schema reaches handlers',
    file: 'src/node/delivery/schemas.ts',
    from: '      this.#refuse(validated.error, senderId);\n      return undefined;',
    to: '      this.#refuse(validated.error, senderId);\n      return message;',
    test: 'test/unit/node/delivery/schemas.test.ts',
  },
  {
    name: 'what was checked is sent before what came earlier',
    file: 'src/node/delivery/send-order.ts',
    from: 'Promise.all([check, before])',
    to: 'Promise.all([check])',
    test: 'test/unit/node/delivery/asynchronous-schemas.test.ts',
  },
  {
    name: 'what is sent behind an asynchronous schema waits for ever',
    file: 'src/node/delivery/send-order.ts',
    from: '      if (this.#last === last) this.#last = undefined;\n',
    to: '',
    test: 'test/unit/node/delivery/asynchronous-schemas.test.ts',
  },
  {
    name: 'the schema of a request is not asked where it arrives',
    file: 'src/node/delivery/responders.ts',
    from: 'schemas === undefined ? received : schemas.receiveRequest(received)',
    to: 'received',
    test: 'test/unit/node/delivery/schemas.test.ts',
  },
  {
    name: 'an answer that does not fit is sent',
    file: 'src/node/delivery/responders.ts',
    from: 'schemas?.checkAnswer(type, answer)',
    to: 'undefined',
    test: 'test/unit/node/delivery/schemas.test.ts',
  },
  {
    name: 'types that were not declared reach handlers',
    file: 'src/node/delivery/schemas.ts',
    from: '      this.#deps.counters.unhandled += 1;\n      return undefined;',
    to: '      this.#deps.counters.unhandled += 1;\n      return message;',
    test: 'test/unit/node/delivery/undeclared-types.test.ts',
  },
  {
    name: 'the tag of a node is that of its first access',
    file: 'src/node/access/current-access.ts',
    from: '      tags = networkTagsOf(policy);\n',
    to: '',
    test: 'test/unit/node/synchronous-look.test.ts',
  },
];
