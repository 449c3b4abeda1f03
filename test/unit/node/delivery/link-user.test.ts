import { expect, test } from 'vitest';
import { linkUserOf } from '../../../../src/node/delivery/link-user.ts';
import { createRecordBuffer, type RecordBuffer } from '../../../../src/protocol/record-buffer.ts';
import { createNoStreams } from '../../../support/no-streams.ts';

const recordBytes = 1_000;

/** Who has so many bytes to write at a time, without end: what each wrote into so many records. */
function write(records: number, messages: number, streams: number) {
  const written = { messages: 0, streams: 0 };
  const pullOf = (who: keyof typeof written, size: number) => (into: RecordBuffer) => {
    const bytes = Math.min(size, into.room);
    if (bytes === 0) return false;
    into.bytes(new Uint8Array(bytes));
    written[who] += bytes;
    return true;
  };
  const user = linkUserOf({
    session: { pull: pullOf('messages', messages) },
    streams: { ...createNoStreams(), pull: pullOf('streams', streams) },
    presence: { pull: () => false },
    acknowledgements: { schedule: () => undefined },
  } as unknown as Parameters<typeof linkUserOf>[0])({} as never);
  const record = createRecordBuffer(recordBytes);
  for (let no = 0; no < records; no += 1) {
    record.clear();
    while (user.pull(record));
  }
  return written;
}

test.for([
  [recordBytes, recordBytes],
  [recordBytes, 10],
  [10, recordBytes],
  [600, 600],
  [10, 10],
] as const)(
  'when messages come in %i bytes and streams in %i, neither is kept from the link',
  ([messages, streams]) => {
    const written = write(100, messages, streams);
    expect(written.messages).toBeGreaterThan(0);
    expect(written.streams).toBeGreaterThan(0);
  },
);
