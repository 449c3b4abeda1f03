import { expect, test } from 'vitest';
import { printableText } from '../../../../src/cli/text/printable-text.ts';
import { readText, sendText } from '../../../../src/cli/text/send-text.ts';
import { type ReceivedText, takeTexts, textType } from '../../../../src/cli/text/text-message.ts';
import { type LanpeerNode, makeNetworkKey } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { createMemoryNetwork } from '../../../../src/testing/index.ts';
import { whenTestEnds } from '../../../support/hooks.ts';

const nodes = new Set<LanpeerNode>();

whenTestEnds(async () => {
  await Promise.all([...nodes].map((node) => node.stop()));
  nodes.clear();
});

async function startPair() {
  const network = createMemoryNetwork();
  const access = { networkKey: makeNetworkKey() };
  const [desk, phone] = ['desk', 'phone'].map((name) => {
    const node = network.createNode({ name, access, discovery: false });
    nodes.add(node);
    return node;
  }) as [LanpeerNode, LanpeerNode];
  await Promise.all([desk.start(), phone.start()]);
  const peer = await phone.connect(network.addressOf(desk));
  return { desk, phone, peer };
}

const { signal } = new AbortController();

test('a text is sent when it was shown, and its sender is named', async () => {
  const { desk, phone, peer } = await startPair();
  const texts: ReceivedText[] = [];
  const shown = Promise.withResolvers<void>();
  takeTexts(desk, (text) => {
    texts.push(text);
    return shown.promise;
  });
  let isSent = false;
  const sent = sendText(phone, peer, 'Hi\nthere', signal).then(() => {
    isSent = true;
  });
  await phone.request(desk.id, textType, 7);
  expect(texts).toEqual([{ from: phone.id, name: 'phone', text: 'Hi\nthere' }]);
  expect(isSent).toBe(false);
  shown.resolve();
  await sent;
});

test('where nobody takes texts, says what to run', async () => {
  const { phone, peer } = await startPair();
  const sent = sendText(phone, peer, 'Hi', signal);
  await expect(sent).rejects.toMatchObject({ code: 'ERR_NO_RESPONDER' });
  await expect(sent).rejects.toThrow('desk takes no texts: run lanpeer receive');
});

test('what is no text, or too long, is refused on both sides', async () => {
  const { desk, phone, peer } = await startPair();
  const texts: ReceivedText[] = [];
  takeTexts(desk, (text) => void texts.push(text));
  const longest = 'ü'.repeat(limits.cli.textBytes / 2);
  await sendText(phone, peer, longest, signal);
  await expect(sendText(phone, peer, `${longest}.`, signal)).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' });
  for (const data of [`${longest}.`, 7, null, ['a'], new Uint8Array(1)])
    expect(await phone.request(desk.id, textType, data)).toBe('refused');
  expect(texts).toHaveLength(1);
});

async function* chunks(...all: readonly (string | Uint8Array)[]) {
  for (const one of all) yield Buffer.from(one);
}

test('standard input is a text without its last end of line', async () => {
  const umlaut = Buffer.from('ü');
  expect(await readText(chunks('a\r\n', umlaut.subarray(0, 1), umlaut.subarray(1), '\n\n'))).toBe('a\r\nü\n');
});

test('standard input that is empty, no text, or too long, is wrong usage', async () => {
  for (const all of [[], ['\n'], [new Uint8Array([0xff])], ['x'.repeat(limits.cli.textBytes), 'x', 'x']])
    await expect(readText(chunks(...all))).rejects.toMatchObject({ code: 'ERR_USAGE' });
});

test('of a text nothing acts on a terminal', () => {
  expect(printableText('a\tb\r\nc')).toEqual(['a\tb', 'c']);
  expect(printableText('\x1b[2J\x07\x9b1m \u202e\u2066\u200f \r x')).toEqual([
    '\\u{1b}[2J\\u{7}\\u{9b}1m \\u{202e}\\u{2066}\\u{200f} \\u{d} x',
  ]);
  expect(printableText('👩\u200d🔬 می\u200cخواهم')).toEqual(['👩\u200d🔬 می\u200cخواهم']);
});
