import { limits } from '../../../limits.ts';
import { type Budget, createNameReader, type Name } from './name.ts';
import { type DnsRecord, type Reading, readRecord } from './record.ts';

/** A question to the network. */
export interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The answer may come by unicast (RFC 6762 section 5.4). */
  readonly unicast: boolean;
}

/** A DNS message as far as it could be read. */
export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  /** More known answers follow in another packet (RFC 6762 section 7.2). */
  readonly truncated: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
  /** It holds something that is no DNS, or more than is read. */
  readonly broken: boolean;
  /** What it took to read, in units of the budget. */
  readonly steps: number;
}

const headerBytes = 12;
/** Operation code and response code: others than zero are to be ignored (RFC 6762 sections 18.3, 18.11). */
const codes = 0x780f;
const unicastBit = 0x8000;
const { packetSteps, packetRecords } = limits.discovery;

/**
 * Reads a DNS message (RFC 1035 section 4.1): `undefined` if it is none, `'ignored'` if RFC 6762 says not to look at it.
 * What it costs has a bound, however its names point at each other and whatever its header says that it holds; what came
 * before a break is kept.
 */
export function readMessage(bytes: Buffer): DnsMessage | 'ignored' | undefined {
  if (bytes.length < headerBytes) return undefined;
  const flags = bytes.readUInt16BE(2);
  if ((flags & codes) !== 0) return 'ignored';
  const budget: Budget = { left: packetSteps };
  const reading: Reading = { bytes, budget, names: createNameReader(bytes, budget) };
  const questions: Question[] = [];
  let broken = false;
  let at: number | undefined = headerBytes;
  let entries = packetRecords;

  /** Whether one more question or record is read. */
  function takeEntry(): boolean {
    if (entries <= 0 || budget.left <= 0) at = undefined;
    entries -= 1;
    budget.left -= 1;
    return at !== undefined;
  }

  for (let left = bytes.readUInt16BE(4); left > 0 && at !== undefined && takeEntry(); left -= 1) {
    const { text, end }: Name = reading.names.read(at);
    if (end === undefined || end + 4 > bytes.length) at = undefined;
    else {
      const type = bytes.readUInt16BE(end);
      const bits = bytes.readUInt16BE(end + 2);
      if (text === undefined) broken = true;
      else questions.push({ name: text, type, class: bits & ~unicastBit, unicast: (bits & unicastBit) !== 0 });
      at = end + 4;
    }
  }

  function section(count: number): DnsRecord[] {
    const records: DnsRecord[] = [];
    for (let left = count; left > 0 && at !== undefined && takeEntry(); left -= 1) {
      const read = readRecord(reading, at);
      if (read.record) records.push(read.record);
      broken ||= read.broken === true;
      at = read.end;
    }
    return records;
  }

  const answers = section(bytes.readUInt16BE(6));
  // Authorities are the records that a probe is about (RFC 6762 section 8.2).
  section(bytes.readUInt16BE(8));
  const additionals = section(bytes.readUInt16BE(10));
  return {
    id: bytes.readUInt16BE(0),
    response: (flags & 0x8000) !== 0,
    truncated: (flags & 0x0200) !== 0,
    questions,
    answers,
    additionals,
    broken: broken || at === undefined,
    steps: packetSteps - budget.left,
  };
}
