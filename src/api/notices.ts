import type { LanpeerErrorCode } from '../errors.ts';

/** The codes of notices. */
export type NoticeCode = Extract<
  LanpeerErrorCode,
  | 'ERR_NO_NETWORK'
  | 'ERR_INTERFACE_UNKNOWN'
  | 'ERR_DISCOVERY'
  | 'ERR_ALONE'
  | 'ERR_UNREACHABLE'
  | 'ERR_VERSION'
  | 'ERR_NETWORK_KEY'
  | 'ERR_NOT_ALLOWED'
>;

/**
 * Something about the surroundings that keeps a node from hearing others or from reaching them, for as long as it is so.
 * It ends nothing and need not be a fault: a first device is alone.
 */
export interface Notice {
  /** At most one of each code stands at a time. */
  readonly code: NoticeCode;
  /** What is so, and what a person can do about it: one line. */
  readonly message: string;
  /** Wall clock, ms, since when. */
  readonly since: number;
}

/** `changed`: it stands with another message. Of one code three are told at once at most, then one a minute. */
export interface NoticeEvent {
  readonly change: 'begun' | 'changed' | 'ended';
  readonly notice: Notice;
  /** Wall clock, ms. */
  readonly at: number;
}
