import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { format } from '../../../src/inspector/model/trace-events.ts';
import { readRecording } from '../../../src/inspector/read-recording.ts';
import { limits } from '../../../src/limits.ts';
import { newFile } from '../../support/directory.ts';

const hello = { t: 'hello', format, at: 1, version: '0', id: null, name: 'a', port: 1, live: true, masked: false };
const fault = { t: 'error', at: 2, code: 'ERR_BUSY', message: '' };

test('when a line of a recording is longer than its cap, reads the lines before it', async () => {
  const { lineBytes } = limits.recording;
  const eventsWith = async (length: number): Promise<number> => {
    const file = newFile();
    const [first, other] = [hello, fault].map((event) => JSON.stringify(event));
    writeFileSync(file, [first, other, other?.padEnd(length), other, ''].join('\n'));
    return (await readRecording(file)).length;
  };
  expect([await eventsWith(lineBytes), await eventsWith(lineBytes + 1)]).toEqual([4, 2]);
});
