import type { NodeView, Observer } from '../node/observer.ts';
import { createFeed } from './feed.ts';
import { helloOf } from './hello.ts';
import { openInspector } from './inspector.ts';
import { startRecording } from './recording.ts';

/** The inspector as an observer of one node: its page and its recordings. */
export function createObserver(view: NodeView): Observer {
  const feed = createFeed(view);
  return {
    openPage: (options) => openInspector(view, feed, () => helloOf(view), options),
    startRecording: (options) => startRecording(view, feed, helloOf(view), options),
    stop: feed.stop,
  };
}
