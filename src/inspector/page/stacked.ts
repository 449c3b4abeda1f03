/** Where there is room for one column only, the details of a peer are below the list that it was chosen from. */

const peers = (): HTMLElement | null => document.querySelector('.pane.peers');
const chart = (): HTMLElement | null => document.querySelector('.pane.chart');
const isStacked = (): boolean => (chart()?.offsetTop ?? 0) >= (peers()?.offsetTop ?? 0) + (peers()?.offsetHeight ?? 0);

/** Back to the list. */
export function showPeers(): void {
  document.getElementById('peers')?.focus({ preventScroll: true });
  if (isStacked()) peers()?.scrollIntoView({ block: 'nearest' });
}

/** To be called with the chosen peer after each draw: brings one that was just chosen into sight. */
export function createChosen(): (selected: string | null) => void {
  let last: string | null = null;
  return (selected) => {
    if (selected === last) return;
    last = selected;
    if (selected !== null && isStacked()) chart()?.scrollIntoView({ block: 'start' });
  };
}
