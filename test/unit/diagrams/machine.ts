import { setup } from 'xstate';

/** A small machine with one of everything that a diagram shows. */
export const lamp = setup({
  guards: { hasPower: () => true, isDark: () => true },
  delays: { fuse: 10 },
  actions: { note: () => undefined },
}).createMachine({
  id: 'lamp',
  initial: 'off',
  on: { scrap: { target: '.gone' } },
  states: {
    off: { on: { press: { guard: 'hasPower', target: 'on' }, 'say:hi;': { target: 'on' } } },
    on: {
      initial: 'dim',
      after: { fuse: { target: 'off' } },
      on: { press: { target: 'off' }, look: { actions: 'note' }, renew: { target: 'on', reenter: true } },
      states: {
        dim: { always: { guard: 'isDark', target: 'bright' } },
        bright: { on: { less: { target: 'dim' } } },
      },
    },
    gone: { type: 'final' },
  },
});
