import { expect, test } from 'vitest';
import { readCommand } from '../../../src/cli/read-command.ts';

const refusal = (line: string | object, intact = true) => {
  const reading = readCommand(typeof line === 'string' ? line : JSON.stringify(line), intact);
  if ('asked' in reading) return { asked: reading.asked };
  return { ref: reading.ref, code: reading.error.code, message: reading.error.message };
};

test.each(['', 'a', 'x'.repeat(256), 0, 7, -1, Number.MAX_SAFE_INTEGER])('the reference %j comes back', (ref) => {
  expect(readCommand(JSON.stringify({ do: 'peers', ref }))).toEqual({ asked: { do: 'peers', ref } });
  expect(refusal({ do: 'dance', ref })).toMatchObject({ ref, code: 'ERR_COMMAND' });
});

test.each(['null', 'true', '1.5', '[1]', '{"a":"b"}', `"${'x'.repeat(257)}"`, '9007199254740993', '1e999'])(
  'another reference is quoted: %s',
  (ref) => {
    const { message, ...rest } = refusal(`{"do":"peers","ref":${ref}}`);
    expect(rest).toEqual({ ref: undefined, code: 'ERR_COMMAND' });
    expect(message).toContain(ref === '1e999' ? 'ref is a text' : ref.slice(0, 80));
  },
);

test.each([
  [{ do: 'snd' }, /There is no command "snd"\. Did you mean send\?/],
  [{ do: 'dance' }, /The commands are send, broadcast/],
  [{ do: 7 }, /There is no command 7/],
  [{ do: '__proto__' }, /There is no command "__proto__"/],
  [{}, /do is missing/],
  [{ do: 'send', type: 'x' }, /^to is missing\.$/],
  [{ do: 'send', to: 7, type: 'x' }, /^to must be the id of a device, .*; it is 7\.$/],
  [{ do: 'send', to: 'a', type: null }, /^type must be a text .*; it is null\.$/],
  [{ do: 'send', to: 'a', type: 'x', dta: 1 }, /^send has no key "dta"\. Did you mean data\?$/],
  [{ do: 'peers', all: true }, /^peers has no key "all"\. Its keys are do, ref\.$/],
  [{ do: 'request', to: 'a', type: 'x', timeout: '5s' }, /^timeout must be a number of milliseconds .*; it is "5s"\.$/],
  [{ do: 'request', to: 'a', type: 'x', timeout: 0 }, /^timeout must be .*; it is 0\.$/],
  [{ do: 'request', to: 'a', type: 'x', timeout: 2 ** 31 }, /^timeout must be .* to 2147483647; it is 2147483648\.$/],
  [{ do: 'broadcast', type: 'x', each: 1 }, /^each must be true or false; it is 1\.$/],
  [{ do: 'stream', to: 'a', type: 'x', file: '' }, /^file must be the path of a file; it is ""\.$/],
  [{ do: 'stream', to: 'a', type: 'x', file: 'a\0b' }, /^file must be the path of a file/],
  [
    { do: 'stream', to: 'a', type: 'x', fd: 2 },
    /^fd must be the number of a descriptor, from 3 to 1048576; it is 2\.$/,
  ],
  [{ do: 'requestAll', type: 'x', to: 'a' }, /^requestAll has no key "to"/],
  [{ do: 'connect', address: '127.0.0.1', port: 1.5 }, /^port must be a whole number from 1 to 65535; it is 1\.5\.$/],
])('what is wrong is told to the reference: %j', (fields, message) => {
  expect(refusal({ ...fields, ref: 3 })).toEqual({
    ref: 3,
    code: 'ERR_COMMAND',
    message: expect.stringMatching(message),
  });
});

test('what JSON.parse would change is refused with its place', () => {
  expect(refusal('{"do":"send","to":"a","type":"x","data":{"n":[9007199254740993]},"ref":1}')).toEqual({
    ref: 1,
    code: 'ERR_DATA',
    message: expect.stringMatching(/^data\.n\[0\] is the integer 9007199254740993, .* Send it as text\.$/),
  });
  expect(refusal('{"do":"request","to":"a","type":"x","timeout":9007199254740993,"ref":1}')).toMatchObject({
    ref: 1,
    code: 'ERR_COMMAND',
    message: expect.stringMatching(/^timeout is the integer 9007199254740993/),
  });
  expect(refusal('{"do":"send","to":"a","to":"b","type":"x","ref":1}')).toMatchObject({
    ref: 1,
    code: 'ERR_COMMAND',
    message: expect.stringMatching(/^to stands twice/),
  });
  expect(refusal('{"do":"send","to":"a","type":"x","data":{"k":1,"k":1},"ref":1}')).toMatchObject({ code: 'ERR_DATA' });
});

test('a line that is no command is quoted, and answered to its reference where it has one', () => {
  expect(refusal('nonsense')).toMatchObject({ ref: undefined, message: expect.stringMatching(/not JSON: .*nonsense/) });
  expect(refusal('[]')).toMatchObject({ ref: undefined, message: expect.stringMatching(/this line is \[\]/) });
  expect(refusal('{"do":"send","ref":"7","data":NaN}')).toMatchObject({ ref: '7', code: 'ERR_COMMAND' });
  expect(refusal('{"do":"send","ref":"7","data":"\ufffd"}', false)).toMatchObject({
    ref: '7',
    code: 'ERR_COMMAND',
    message: expect.stringMatching(/not UTF-8/),
  });
  expect(refusal('{"do":"peers","ref":"\ufffd"}', false)).toMatchObject({ ref: undefined });
  expect(refusal('{"do":"peers","ref":"\ufffd"}')).toEqual({ asked: { do: 'peers', ref: '\ufffd' } });
  const deep = `{"do":"send","ref":"7","data":${'['.repeat(1_000_000)}`;
  expect(refusal(deep)).toMatchObject({ ref: '7', code: 'ERR_DATA', message: expect.stringMatching(/too deep/) });
});
