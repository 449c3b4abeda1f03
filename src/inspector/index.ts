export { createFeed, type Feed } from './feed.ts';
export { greet } from './greet.ts';
export { type Inspector, openInspector } from './inspector.ts';
export { type Recording, startRecording } from './recording.ts';
export type { NodeView, Passing } from './view.ts';
