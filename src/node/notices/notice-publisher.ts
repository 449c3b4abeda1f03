import type { NoticeCode, NoticeEvent } from '../../api/notices.ts';
import type { Logger } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import { createListeners } from '../../util/listener-set.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';

/** Where notices go. */
export interface NoticePublisher {
  tell(event: NoticeEvent): void;
  /** For observers, which do not count as listeners. Returns the function that ends it. */
  watch(listener: (event: NoticeEvent) => void): () => void;
}

export interface NoticePublisherDeps {
  readonly counters: Pick<NodeCounters, 'notices'>;
  readonly logger: Logger;
  readonly source: Pick<NodeStreamsSource, 'notice'>;
  /** True if a subscriber or a logger hears of a notice. */
  readonly listened: () => boolean;
  /** Prints it, unless one of its kind was printed before. */
  readonly print: (error: LanpeerError, kind: string) => void;
}

/** They say that a node cannot do what it is for: printed without a listener. No other device can cause them. */
const printed: readonly NoticeCode[] = ['ERR_NO_NETWORK', 'ERR_INTERFACE_UNKNOWN'];

export function createNoticePublisher(options: NoticePublisherDeps): NoticePublisher {
  const { counters, logger, source, listened, print } = options;
  const watchers = createListeners<[event: NoticeEvent]>();
  return {
    watch: watchers.add,
    tell(event) {
      const { change, notice } = event;
      const { code, message } = notice;
      if (change === 'begun') counters.notices[code] = (counters.notices[code] ?? 0) + 1;
      if (change === 'ended') logger.info({ code }, `no longer so: ${message}`);
      else logger.warn({ code }, message);
      // Before it is told: a listener that subscribes because of it did not hear of it.
      const heard = listened();
      source.notice(event);
      watchers.call(event);
      if (!heard && change === 'begun' && printed.includes(code)) print(new LanpeerError(code, message), code);
    },
  };
}
