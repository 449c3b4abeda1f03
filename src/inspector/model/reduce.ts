import { addActor, stepActor } from './actors.ts';
import { push } from './bounded.ts';
import { takeDiagnosis } from './diagnosis-events.ts';
import { type Model, nextNo } from './model.ts';
import { changePeer, peerOf, setDevice, setPeer } from './peers.ts';
import { takeFigures } from './rates.ts';
import { resync } from './resync.ts';
import { noteChange, noteSession, noteSignal } from './sequences.ts';
import { takeStreams } from './streams.ts';
import type { HelloEvent, TraceEvent } from './trace-events.ts';
import { transfersAfter } from './transfer-events.ts';

function greet(model: Model, hello: HelloEvent): void {
  model.hello = hello;
  model.node.id = hello.id;
  model.node.port = hello.port;
}

/** Takes one trace event. The model is changed in place: a flapping network has thousands of them. */
export function reduce(model: Model, traceEvent: TraceEvent): void {
  const { at } = traceEvent;
  model.traceEvents += 1;
  model.at = at;
  switch (traceEvent.t) {
    case 'hello':
      greet(model, traceEvent);
      break;
    case 'actor':
      addActor(model, traceEvent);
      break;
    case 'step':
      stepActor(model, traceEvent);
      break;
    case 'change':
      push(model.changes, { kind: 'change', no: nextNo(model), at, change: traceEvent.change });
      noteChange(model, at, traceEvent.change);
      changePeer(model, traceEvent.change);
      break;
    case 'peer':
      setPeer(model, traceEvent);
      break;
    case 'device':
      setDevice(model, traceEvent);
      break;
    case 'session':
      peerOf(model, traceEvent.change.id).session = traceEvent.change.change;
      noteSession(model, at, traceEvent.change);
      break;
    case 'signal':
      noteSignal(model, at, traceEvent.step);
      break;
    case 'error':
      push(model.errors, { no: nextNo(model), at, error: traceEvent });
      break;
    case 'notice':
      if (traceEvent.change === 'ended') model.notices.delete(traceEvent.notice.code);
      else model.notices.set(traceEvent.notice.code, traceEvent.notice);
      break;
    case 'figures':
      takeFigures(model, traceEvent);
      break;
    case 'streams':
      takeStreams(model, traceEvent);
      break;
    case 'message':
      push(model.messages, { no: nextNo(model), at, message: traceEvent });
      break;
    case 'transfers':
      model.transfers = transfersAfter(model.transfers, traceEvent);
      break;
    case 'diagnosis':
      takeDiagnosis(model.diagnosis, traceEvent);
      break;
    case 'gap':
      model.left += traceEvent.left;
      model.stale = true;
      push(model.changes, { kind: 'gap', no: nextNo(model), at, left: traceEvent.left });
      break;
    case 'state':
      resync(model, traceEvent);
      break;
    case 'end':
      model.ended = true;
  }
}
