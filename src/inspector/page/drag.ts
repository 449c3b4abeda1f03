/** Lets a mouse move what scrolls; fingers do so by themselves. */
export function dragToScroll(element: HTMLElement): void {
  let from: { readonly x: number; readonly y: number } | null = null;
  element.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY };
    element.setPointerCapture(event.pointerId);
    element.classList.add('dragged');
  });
  element.addEventListener('pointermove', ({ clientX: x, clientY: y }) => {
    if (!from) return;
    element.scrollBy(from.x - x, from.y - y);
    from = { x, y };
  });
  const end = (): void => {
    from = null;
    element.classList.remove('dragged');
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
}
