import { bearActor, stepActor } from './actors.ts';
import { push } from './bounded.ts';
import { type Model, nextNo } from './model.ts';
import { changePeer, peerOf, standDevice, standPeer } from './peers.ts';
import { takeFigures } from './rates.ts';
import { resync } from './resync.ts';
import { noteChange, noteSession, noteSignal } from './sequences.ts';
import type { HelloEvent, TraceEvent } from './trace-events.ts';

function greet(model: Model, hello: HelloEvent): void {
  model.hello = hello;
  model.node.id = hello.id;
  model.node.port = hello.port;
}

/** Takes one frame. The model is changed in place: a flapping network has thousands of them. */
export function reduce(model: Model, frame: TraceEvent): void {
  const { at } = frame;
  model.frames += 1;
  model.at = at;
  switch (frame.t) {
    case 'hello':
      greet(model, frame);
      break;
    case 'actor':
      bearActor(model, frame);
      break;
    case 'step':
      stepActor(model, frame);
      break;
    case 'change':
      push(model.changes, { kind: 'change', no: nextNo(model), at, change: frame.change });
      noteChange(model, at, frame.change);
      changePeer(model, frame.change);
      break;
    case 'peer':
      standPeer(model, frame);
      break;
    case 'device':
      standDevice(model, frame);
      break;
    case 'session':
      peerOf(model, frame.change.id).session = frame.change.change;
      noteSession(model, at, frame.change);
      break;
    case 'signal':
      noteSignal(model, at, frame.step);
      break;
    case 'error':
      push(model.errors, { no: nextNo(model), at, error: frame });
      break;
    case 'notice':
      if (frame.change === 'ended') model.notices.delete(frame.notice.code);
      else model.notices.set(frame.notice.code, frame.notice);
      break;
    case 'figures':
      takeFigures(model, frame);
      break;
    case 'message':
      push(model.messages, { no: nextNo(model), at, message: frame });
      break;
    case 'gap':
      model.left += frame.left;
      model.stale = true;
      push(model.changes, { kind: 'gap', no: nextNo(model), at, left: frame.left });
      break;
    case 'state':
      resync(model, frame);
      break;
    case 'end':
      model.ended = true;
  }
}
