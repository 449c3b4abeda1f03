import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type DiagnosticsMessages, diagnosticsChannels, type LanpeerNode } from '../../src/index.ts';

type Told = DiagnosticsMessages['lanpeer:signalling'];

function nameOf(step: Told): string {
  switch (step.step) {
    case 'session':
      return `session ${step.opener}`;
    case 'session-ended':
      return `session-ended ${step.by} ${step.bye}`;
    case 'offer':
    case 'signal':
    case 'lost':
      return `${step.step} ${step.direction}`;
    case 'negotiated':
    case 'open':
      return `${step.step} ${step.via}`;
    case 'down':
      return `down ${step.via} ${step.code}`;
    case 'refused':
      return `refused ${step.code}`;
    default:
      return step.step;
  }
}

/** The steps of signalling of one node from now on, in short. */
export function watchSteps({ id }: LanpeerNode) {
  const steps: Told[] = [];
  const take = (told: unknown): void => {
    const step = told as Told;
    if (step.node === id) steps.push(step);
  };
  subscribe(diagnosticsChannels.signalling, take);
  return {
    steps,
    names: () => steps.map(nameOf),
    clear: () => void steps.splice(0),
    end: () => void unsubscribe(diagnosticsChannels.signalling, take),
  };
}
