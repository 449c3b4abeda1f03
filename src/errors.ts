import { describeThrown } from './util/thrown.ts';

/** Every code that lanpeer reports, with what it means and what a person can do about it. Codes are stable. */
export const errorCodes = {
  ERR_ACCESS_REQUIRED: 'No `access` was given: name a network key, an allow-list, both, or the literal "open".',
  ERR_OPTION: 'An option has a value that cannot work.',
  ERR_NETWORK_KEY_FORMAT: 'A network key is made by `lanpeer key`; passphrases and other formats are refused.',
  ERR_NOT_RUNNING: 'The node is not running: call start() first, or it has been stopped.',
  ERR_STATE_DIR: 'The state directory cannot be created, read or written, or others may look into it.',
  ERR_STATE_IN_USE: 'Another running node uses this state directory: give this one a directory of its own.',
  ERR_KEY_FILE: 'The key file in the state directory is damaged, readable by others, or of another user.',
  ERR_PORT_IN_USE: 'The signalling port is taken by another program: choose another, or 0 for any.',
  ERR_LISTEN: 'The signalling server could not listen.',
  ERR_INTERFACE_UNKNOWN: 'No network interface of this machine has that name or address.',
  ERR_NO_NETWORK: 'This machine has no IPv4 address that others could reach: check the cable, the Wi-Fi and DHCP.',
  ERR_ALONE: 'No other lanpeer node was heard for a minute: it is the first one, or the network keeps devices apart.',
  ERR_DISCOVERY: 'mDNS is not working on an interface; peers can still be reached by address.',
  ERR_SELF: 'The other end is this node itself.',
  ERR_IDENTITY_MISSING: 'The other end presented no certificate.',
  ERR_IDENTITY_MISMATCH: 'The other end holds another key than the one that was expected at this address.',
  ERR_NETWORK_KEY: 'The other end did not prove that it holds the network key.',
  ERR_NOT_ALLOWED: 'The device id is not on the allow-list, or it is denied.',
  ERR_NOT_TRUSTED: 'One side does not trust the other yet: it waits there until somebody accepts it.',
  ERR_INVITATION: 'The invitation is mistyped, expired, withdrawn or claimed by another device: ask for a new one.',
  ERR_TRUST_FILE: 'The file of the trusted devices is damaged, or others may write to it.',
  ERR_TRUST_LIMIT: 'The node trusts as many devices as it may: revoke one first.',
  ERR_PROTOCOL: 'The other end sent something that is not lanpeer signalling.',
  ERR_VERSION: 'The other end speaks another major version of the protocol.',
  ERR_BUSY: 'A limit of the other end or of this one is reached; it will be tried again.',
  ERR_REFUSED: 'Nothing listens at that address and port.',
  ERR_UNREACHABLE: 'The address cannot be reached.',
  ERR_TIMEOUT: 'It took longer than its time limit.',
  ERR_NOT_FOUND:
    'No such peer was heard, or nothing answers where it should be: `lanpeer doctor` looks for the reason.',
  ERR_AMBIGUOUS: 'More than one device has a name or an id that begins like that: write more of it.',
  ERR_NO_ADDRESS: 'No address of the peer is known.',
  ERR_INSTANCE:
    'Another running copy of this device has its identity: give one of them another, by `lanpeer id --new`.',
  ERR_SEAL: 'A record failed its authentication: it was altered, replayed or sealed with another key.',
  ERR_TRANSPORT: 'The transport of a link failed.',
  ERR_SIGNALLING: 'The signalling session ended.',
  ERR_CLOSED: 'The connection was closed on purpose.',
  ERR_NO_PEER: 'There is no connection to that peer.',
  ERR_PEER_LIMIT: 'The limit of peers is reached.',
  ERR_BACKPRESSURE: 'The queue to that peer is full.',
  ERR_TOO_LARGE: 'The message is larger than the peer takes: its limit is the option `maxMessageBytes`.',
  ERR_DATA: 'The data cannot be carried: JSON values and Uint8Array at any depth can.',
  ERR_SCHEMA: 'The data does not fit the schema of its type: the message says where.',
  ERR_TYPE: 'A message type has 1 to 64 characters of A-Z a-z 0-9 _ . : / -',
  ERR_GROUP: 'The name of a group has 1 to 64 bytes of UTF-8, without control characters and invisible marks.',
  ERR_GROUP_LIMIT: 'The node is in as many groups as it may be: leave one first.',
  ERR_NOT_MEMBER: 'Whom the message is for is not in that group, or the sender has left it.',
  ERR_UNSENT: 'The connection ended before it had arrived: it was not carried out.',
  ERR_UNKNOWN_OUTCOME: 'The connection ended before an answer came: it may have been carried out.',
  ERR_NO_RESPONDER: 'The peer has no responder for requests of that type.',
  ERR_RESPONDER: 'The peer answered with an error of its own: `remoteCode` is its code.',
  ERR_STREAM_REFUSED: 'The program at the peer accepts no streams of that type.',
  ERR_STREAM_ABORTED: 'The program at the peer ended the stream before its end.',
  ERR_STREAM_LOST: 'The message session ended, and the stream with it: `bytes` certainly arrived.',
  ERR_ABORTED: 'The caller aborted it.',
  ERR_HANDLER: 'A callback of the embedding program threw, or gave back what cannot be used.',
  ERR_FILE: 'A file that is sent or received cannot be read or written.',
  ERR_OFFER: 'What a peer offers, or sends of it, cannot be right: a name, a size or a hash.',
  ERR_OFFER_REFUSED: 'The person or the program at the peer does not want what was offered.',
  ERR_FILE_CHANGED: 'A file changed while it was sent: send it again.',
  ERR_DISK_FULL: 'The disk has not enough room: what came is kept, and the same command goes on where it ended.',
  ERR_CUT_OFF:
    'The transfer ended half-way: the same command goes on where it ended, unless it sends what comes from a pipe.',
  ERR_RECORDING: 'The recording cannot be written or read.',
  ERR_INSPECTOR: 'The inspector cannot be opened, or no running node has one.',
  ERR_COMMAND: 'A line on standard input is not a usable command.',
  ERR_USAGE: 'The command line is wrong.',
  ERR_INTERNAL: 'A defect in lanpeer: please report it.',
} as const;

/** One of the stable codes in {@link errorCodes}. */
export type LanpeerErrorCode = keyof typeof errorCodes;

export interface LanpeerErrorOptions {
  readonly cause?: unknown;
  readonly remoteCode?: string;
  readonly bytes?: number;
}

const brand = Symbol.for('lanpeer.error');

/**
 * The only error class that lanpeer throws, rejects with or reports. Match on {@link LanpeerError.code}, not on the
 * message; `instanceof` also holds over two copies of the package.
 */
export class LanpeerError extends Error {
  readonly code: LanpeerErrorCode;
  /** With `ERR_RESPONDER` and `ERR_STREAM_ABORTED`: the code of the error that the program at the peer gave. */
  readonly remoteCode?: string;
  /** Of a stream that ended before its end: bytes that this side wrote and the other program has certainly read. */
  readonly bytes?: number;

  constructor(code: LanpeerErrorCode, message: string = errorCodes[code], options: LanpeerErrorOptions = {}) {
    const { remoteCode, bytes, ...rest } = options;
    super(message, rest);
    this.name = 'LanpeerError';
    this.code = code;
    if (remoteCode !== undefined) this.remoteCode = remoteCode;
    if (bytes !== undefined) this.bytes = bytes;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      return typeof value === 'object' && value !== null && brand in value;
    } catch {
      // A revoked proxy, or one whose trap throws.
      return false;
    }
  }
}

/** One of ours by all that is read of it: another copy of the package may have a code that this one does not know. */
function isUsable(thrown: unknown): thrown is LanpeerError {
  try {
    return thrown instanceof LanpeerError && isLanpeerErrorCode(thrown.code) && typeof thrown.message === 'string';
  } catch {
    return false;
  }
}

/**
 * Whatever was thrown, as a {@link LanpeerError}: unchanged if it is one, else wrapped under `code` as its cause. Never
 * throws.
 */
export function asLanpeerError(thrown: unknown, code: LanpeerErrorCode): LanpeerError {
  if (isUsable(thrown)) return thrown;
  return new LanpeerError(code, `${errorCodes[code]} (${describeThrown(thrown)})`, { cause: thrown });
}

/** True for a string that is one of the stable codes. */
export function isLanpeerErrorCode(value: unknown): value is LanpeerErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

const mark = Symbol.for('lanpeer.onlooker');

/**
 * A subscriber of `errors$` that counts or keeps errors, and does not show them by itself: with no other one, faults
 * are printed as if there were no subscriber.
 */
export const onlooker = (
  next: (error: LanpeerError) => void,
  complete: () => void = () => undefined,
): { readonly next: (error: LanpeerError) => void; readonly complete: () => void } =>
  Object.assign({ next, complete }, { [mark]: true });

/** True for what {@link onlooker} made, in any copy of the package. */
export function isOnlooker(listener: unknown): boolean {
  try {
    return typeof listener === 'object' && listener !== null && Object.hasOwn(listener, mark);
  } catch {
    return false;
  }
}

/** What a call rejects with whose caller aborted it; the reason that the caller gave is the cause. */
export const abortedBy = ({ reason }: AbortSignal): LanpeerError =>
  new LanpeerError('ERR_ABORTED', undefined, { cause: reason });
