import type { Frame, StepFrame } from './model/frames.ts';

/** An event that changed nothing: a sign of life, a fact about a link that is gone. There are many of them. */
const isIdle = ({ taken, status }: StepFrame): boolean => taken.length === 0 && status === 'active';

/** The last frames, for pages that come later. */
export function createPast(most: number) {
  let frames: Frame[] = [];
  return {
    add(frame: Frame): void {
      frames.push(frame);
      // Not one by one: that would move all the others each time.
      if (frames.length > most * 2) frames = frames.slice(-most);
    },
    recent: (): readonly Frame[] => frames.slice(-most),
  };
}

/** True for what a page is not told. */
export const isNoise = (frame: Frame): boolean => frame.t === 'step' && isIdle(frame);
