import { asLanpeerError } from '../errors.ts';
import type { NodeView } from '../node/observer.ts';
import type { DiagnosisEvent } from './model/diagnosis-events.ts';

/** Diagnoses of one node that are asked for in its pages: one at a time, told to all who look. */
export class Diagnoses {
  readonly #view: Pick<NodeView, 'diagnose' | 'clock'>;
  readonly #tell: (event: DiagnosisEvent) => void;
  readonly #stopped = new AbortController();
  #told: DiagnosisEvent[] = [];
  #isBusy = false;

  constructor(view: Pick<NodeView, 'diagnose' | 'clock'>, tell: (event: DiagnosisEvent) => void) {
    this.#view = view;
    this.#tell = tell;
  }

  /** What a page that comes now has to know: the last one, and whether one is under way. */
  get standing(): readonly DiagnosisEvent[] {
    return this.#told;
  }

  /** @returns false if one is under way. It never throws. */
  begin(peer: string | null): boolean {
    if (this.#isBusy || this.#stopped.signal.aborted) return false;
    this.#isBusy = true;
    this.#say({ t: 'diagnosis', at: this.#view.clock.now(), step: 'begun' });
    void this.#carryOut(peer);
    return true;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #carryOut(peer: string | null): Promise<void> {
    const { signal } = this.#stopped;
    const event = await this.#view.diagnose({ signal, ...(peer !== null && { peer }) }).then(
      (diagnosis) => ({ step: 'done', diagnosis }) as const,
      (thrown: unknown) => {
        const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
        return { step: 'failed', code, message } as const;
      },
    );
    this.#isBusy = false;
    if (!signal.aborted) this.#say({ t: 'diagnosis', at: this.#view.clock.now(), ...event });
  }

  #say(event: DiagnosisEvent): void {
    this.#told = [...this.#told.filter(({ step }) => event.step !== step && step === 'done'), event];
    this.#tell(event);
  }
}
