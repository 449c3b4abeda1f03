import { constants } from 'node:os';
import type { LanpeerErrorCode } from '../errors.ts';

/** What the exit codes of commands mean. A command that a signal ended has 128 + its number ({@link exitCodeOfSignal}). */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** The command line is wrong, or cannot be followed as it is. */
  usage: 2,
  /** The peer was not heard, or nothing answered where it should be. */
  notFound: 3,
  /** The peer, or access here or there, does not want it. */
  refused: 4,
  /** It ended half-way; the same command goes on where it ended. */
  cutOff: 5,
} as const;

const { usage, notFound, refused, cutOff, failed } = exitCodes;

const byError: Readonly<Partial<Record<LanpeerErrorCode, number>>> = {
  ERR_USAGE: usage,
  ERR_ACCESS_REQUIRED: usage,
  ERR_NETWORK_KEY_FORMAT: usage,
  ERR_OPTION: usage,
  ERR_AMBIGUOUS: usage,
  ERR_NOT_FOUND: notFound,
  ERR_NETWORK_KEY: refused,
  ERR_NOT_ALLOWED: refused,
  ERR_NOT_TRUSTED: refused,
  ERR_INVITATION: refused,
  ERR_VERSION: refused,
  ERR_PEER_LIMIT: refused,
  ERR_BUSY: refused,
  ERR_NO_RESPONDER: refused,
  ERR_STREAM_REFUSED: refused,
  ERR_OFFER_REFUSED: refused,
  ERR_CUT_OFF: cutOff,
  ERR_DISK_FULL: cutOff,
};

/** Exit code of a command that failed with that code. */
export const exitCodeOf = (code: LanpeerErrorCode): number => byError[code] ?? failed;

/** Exit code of a command that a signal ended, as a shell tells it: 130 for SIGINT. */
export const exitCodeOfSignal = (name: NodeJS.Signals): number => 128 + constants.signals[name];
