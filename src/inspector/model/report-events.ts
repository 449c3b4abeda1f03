import type { Notice, NoticeEvent } from '../../api/notices.ts';
import type { LanpeerErrorCode } from '../../errors.ts';

export interface ErrorTraceEvent {
  readonly t: 'error';
  readonly at: number;
  readonly code: LanpeerErrorCode;
  readonly message: string;
}

/** Something about the surroundings of the node began, changed or ended. */
export interface NoticeTraceEvent {
  readonly t: 'notice';
  readonly at: number;
  readonly change: NoticeEvent['change'];
  readonly notice: Notice;
}
