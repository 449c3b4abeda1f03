import { limits } from '../limits.ts';
import type { NodeView, ObservedStreams } from '../node/observer.ts';
import type { StreamsEvent } from './model/stream-events.ts';

interface Told {
  readonly text: string;
  /** It was told twice: that nothing moves is known. */
  readonly isRepeated: boolean;
}

/** Looks at the open streams of a node. The node does nothing for that between two looks. */
export class StreamWatch {
  readonly #view: Pick<NodeView, 'openStreams' | 'clock'>;
  readonly #told = new Map<string, Told>();

  constructor(view: Pick<NodeView, 'openStreams' | 'clock'>) {
    this.#view = view;
  }

  /** How the streams of each peer that has any stand now. */
  all(): StreamsEvent[] {
    const at = this.#view.clock.now();
    return [...this.#view.openStreams(limits.inspector.streams)].map(({ peer, streams, count }: ObservedStreams) => ({
      t: 'streams',
      at,
      id: peer,
      streams,
      count,
    }));
  }

  /** Of {@link all} what changed since the last call, or stands still since then, and peers that have none any more. */
  news(): StreamsEvent[] {
    const now = this.all();
    const ids = new Set(now.map(({ id }) => id));
    const over = [...this.#told.keys()].filter((id) => !ids.has(id));
    for (const id of over) this.#told.delete(id);
    const at = this.#view.clock.now();
    return [
      ...now.filter((streamsEvent) => this.#isNews(streamsEvent)),
      ...over.map((id): StreamsEvent => ({ t: 'streams', at, id, streams: [], count: 0 })),
    ];
  }

  #isNews({ id, streams, count }: StreamsEvent): boolean {
    const text = JSON.stringify([streams, count]);
    const told = this.#told.get(id);
    const isRepeated = told?.text === text;
    this.#told.set(id, { text, isRepeated });
    return !(isRepeated && told.isRepeated);
  }
}
