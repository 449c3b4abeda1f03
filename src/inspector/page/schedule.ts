const apartMs = 100;

/**
 * Draws when a frame of the screen is due, and not more often than ten times a second unless the user waits for it.
 * Nothing is drawn while the page is hidden.
 */
export function createSchedule(draw: () => void): { readonly soon: () => void; readonly now: () => void } {
  let last = 0;
  let timer: number | undefined;
  let frame: number | undefined;

  const run = (): void => {
    frame = undefined;
    const start = performance.now();
    draw();
    // A slow machine gets as much time for other things as drawing took.
    last = performance.now() + (performance.now() - start);
  };
  const request = (): void => {
    timer = undefined;
    frame ??= requestAnimationFrame(run);
  };
  return {
    soon: () => {
      if (frame === undefined) timer ??= window.setTimeout(request, Math.max(0, last + apartMs - performance.now()));
    },
    now: () => {
      window.clearTimeout(timer);
      request();
    },
  };
}
