import type { Mutation } from './mutation.ts';

const conversations = 'test/property/presence.test.ts';
const protocolTests = 'test/unit/protocol/presence/presence.test.ts';
const groupTests = 'test/unit/node/presence/groups.test.ts';

const protocol = (name: string, file: string, from: string, to: string, test = conversations): Mutation => ({
  name,
  file: `src/protocol/presence/${file}.ts`,
  from,
  to,
  test,
});

const presence = (name: string, file: string, from: string, to: string): Mutation => ({
  name,
  file: `src/node/presence/${file}.ts`,
  from,
  to,
  test: `test/unit/node/presence/${file}.test.ts`,
});

const group = (name: string, file: string, from: string, to: string, test = groupTests): Mutation => ({
  name,
  file: `src/${file}.ts`,
  from,
  to,
  test,
});

/** What nodes say of themselves, and messages to groups. */
export const presences: readonly Mutation[] = [
  protocol(
    'that a group is left is not told',
    'presence-sender',
    '      ...left.map((group) => ({ group, joins: false })),\n',
    '',
  ),
  protocol(
    'what is left is told behind what is joined',
    'presence-sender',
    `      ...left.map((group) => ({ group, joins: false })),
      ...joined.map((group) => ({ group, joins: true })),
`,
    `      ...joined.map((group) => ({ group, joins: true })),
      ...left.map((group) => ({ group, joins: false })),
`,
    protocolTests,
  ),
  protocol(
    'what was on its way on the link before counts as told',
    'presence-sender',
    'this.#value = this.#hasSaid ? undefined : this.#first;',
    'if (!isSame) this.#value = this.#first;',
  ),
  protocol(
    'a part of a change that was said counts as nothing said',
    'presence-sender',
    'begin(): void {\n    this.#hasSaid = true;',
    'begin(): void {',
    protocolTests,
  ),
  protocol(
    'a change that was begun on the link before goes on',
    'presence-sender',
    '    this.#groups.link(isSame);\n    this.#changes = [];\n',
    '    this.#groups.link(isSame);\n',
  ),
  protocol(
    'groups are told to who does not know the feature',
    'presence-sender',
    "groups === told || !this.#features.includes('groups')",
    'groups === told',
    protocolTests,
  ),
  protocol(
    'groups that are told anew come to those before',
    'presence-receiver',
    '    if (anew) groups.clear();\n',
    '',
  ),
  protocol(
    'a part of a change of groups is shown',
    'presence-receiver',
    '!this.#areGroupsNew || this.#goesOn',
    '!this.#areGroupsNew',
  ),
  protocol(
    'properties are kept in the memory of the record',
    'presence-receiver',
    'this.#properties = Uint8Array.from(payload);',
    'this.#properties = payload;',
    protocolTests,
  ),
  protocol(
    'properties that are told again are new',
    'presence-receiver',
    ' || Buffer.compare(bytes, this.#taken) === 0',
    '',
    protocolTests,
  ),
  protocol(
    'groups that are told again are new',
    'presence-receiver',
    'return isSame ? before : new Set(groups);',
    'return new Set(groups);',
    protocolTests,
  ),
  protocol('that a peer leaves a group is read as a join', 'group-changes', '(head & leaves) === 0', 'true'),
  protocol(
    'the properties of a peer may hold byte arrays',
    'properties',
    'if (path !== undefined) throw',
    'if (path === undefined && code !== code) throw',
    protocolTests,
  ),
  presence(
    'peers are told every change of a node',
    'own-presence',
    'if (this.#timer === undefined) this.#say();',
    'this.#say();',
  ),
  presence(
    'the last change of a node is not told',
    'own-presence',
    '      if (this.#said !== this.#wanted) this.#say();\n',
    '',
  ),
  presence(
    'a group that was joined twice is left by the first leave',
    'own-presence',
    'if (count > 1) this.#joined.set(group, count - 1);\n    else if',
    'if',
  ),
  presence(
    'subscribers are told every change of a peer',
    'peer-presence',
    'if (this.#timer === undefined) this.#publish();',
    'this.#publish();',
  ),
  presence('the last change of a peer is not shown', 'peer-presence', '      this.#publishLater();\n', ''),
  presence('what a peer said of itself outlives its session', 'peer-presence', '    this.#receiver.reset();\n', ''),
  presence(
    'what a run of a peer said of itself counts for its next one',
    'peer-presence',
    '    this.#receiver.link(session);\n',
    '',
  ),
  group(
    'a group has every peer',
    'streams/group-streams',
    'filter(([, { groups }]) => groups.includes(group))',
    'filter(([, { groups }]) => groups.includes(group) || groups.length === 0)',
  ),
  group(
    'a group shows the messages to other groups',
    'node/groups/group',
    'filter(({ group }) => group === name)',
    'filter(({ group }) => group !== undefined)',
  ),
  group(
    'a request to a group goes to who is not in it',
    'node/groups/group',
    "    if (peer && !peer.groups.includes(this.name)) throw new LanpeerError('ERR_NOT_MEMBER');\n",
    '',
  ),
  group(
    'a node in no group answers requests to it',
    'node/delivery/responders',
    'group !== undefined && !this.#isIn(group)',
    'false',
  ),
  group(
    'messages behind a refused one count as handled before it',
    'node/delivery/group-refusals',
    'told === undefined && this.#held.size === 0',
    'told === undefined',
    'test/unit/node/delivery/group-refusals.test.ts',
  ),
  group(
    'a refused message counts as handled before its sender knows',
    'node/delivery/group-refusals',
    '      await told?.delivered;\n',
    '      void told?.delivered;\n',
    'test/unit/node/delivery/group-refusals.test.ts',
  ),
  group(
    'a message to a group that this node is not in is not refused',
    'node/delivery/peer-messages',
    '      if (groupNo > 0) this.#groupRefusals.refuse(groupNo);\n',
    '',
  ),
];
