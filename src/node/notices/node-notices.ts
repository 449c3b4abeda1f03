import type { MachineInterface } from '../../adapters/machine/port.ts';
import { describeInterfaces } from '../../diagnosis/describe-interfaces.ts';
import type { Clock, Logger } from '../../environment.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { createNoticePublisher, type NoticePublisher } from './notice-publisher.ts';
import { createNoticeWatch, type NoticeWatch, type NoticeWatchDeps } from './notice-watch.ts';
import { createNotices } from './notices.ts';

export interface NodeNoticesDeps extends Pick<NoticeWatchDeps, 'admission' | 'choice' | 'discovery' | 'port'> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** False where the program gave no logger. */
  readonly logs: boolean;
  /** Those of this machine. */
  readonly interfaces: () => readonly MachineInterface[];
  readonly monitoring: Pick<Monitoring, 'counters' | 'source' | 'print'>;
}

/** The notices of one node: what finds that something is so, and where that is published. */
export interface NodeNotices {
  readonly publisher: NoticePublisher;
  readonly watch: NoticeWatch;
}

export function createNodeNotices(deps: NodeNoticesDeps): NodeNotices {
  const { clock, logger, logs, monitoring, admission, choice, discovery, port, interfaces } = deps;
  const { counters, source, print } = monitoring;
  const listened = (): boolean => source.noticesObserved || logs;
  const publisher = createNoticePublisher({ counters, logger, source, print, listened });
  const notices = createNotices({ clock, stand: (standing) => source.setNotices(standing), tell: publisher.tell });
  const watch = createNoticeWatch({
    clock,
    admission,
    source,
    notices,
    choice,
    describeInterfaces: () => describeInterfaces(interfaces()),
    discovery,
    port,
  });
  return { publisher, watch };
}
