import type { Frame } from './frames.ts';

/** Everything that the page shows, made of frames. */
export interface Model {
  /** Frames that were taken. */
  frames: number;
}

export const createModel = (): Model => ({ frames: 0 });

/** Takes one frame. The model is changed in place: a flapping network has thousands of them. */
export function reduce(model: Model, _frame: Frame): void {
  model.frames += 1;
}
