import { type Action, anyRun, anyTwo, notApplicable } from './action.ts';

const streamMs = 10;

export const messages: Action = {
  name: 'messages',
  weight: 30,
  run(deps) {
    const pair = anyTwo(deps);
    if (!pair) return notApplicable;
    const [from, to] = pair;
    const count = deps.random.integer(1, 12);
    const bytes = deps.random.bool(0.1) ? deps.random.integer(10_000, 200_000) : deps.random.integer(0, 200);
    const volatile = deps.random.bool(0.1);
    for (let no = 0; no < count; no += 1) deps.messages.send(from, to, { bytes, volatile });
    return `${from.name} sends ${count} messages of ${bytes} bytes to host ${to.at}`;
  },
};

export const stream: Action = {
  name: 'stream',
  weight: 1,
  run(deps) {
    const pair = anyTwo(deps);
    if (!pair) return notApplicable;
    const [from, to] = pair;
    let remaining = deps.random.integer(50, 200);
    const what = `${from.name} sends host ${to.at} ${remaining} messages, one every ${streamMs} ms`;
    function next(): void {
      if (!from.up || remaining === 0) return;
      remaining -= 1;
      if (!from.clock.frozen) deps.messages.send(from, to, { bytes: 10, volatile: false });
      deps.clock.setTimeout(next, streamMs);
    }
    next();
    return what;
  },
};

export const byteStream: Action = {
  name: 'byte stream',
  weight: 6,
  run(deps) {
    const pair = anyTwo(deps);
    if (!pair) return notApplicable;
    const [from, to] = pair;
    const size = (): number => deps.random.integer(0, deps.random.bool(0.2) ? 1_500_000 : 60_000);
    const [there, back] = [size(), size()];
    deps.streams.open(from, to, there, back);
    return `${from.name} opens a stream to host ${to.at}: ${there} bytes there, ${back} back`;
  },
};

export const presence: Action = {
  name: 'presence',
  weight: 5,
  run(deps) {
    const run = anyRun(deps);
    if (!run) return notApplicable;
    if (deps.random.bool(0.3)) {
      const times = deps.random.integer(1, 40);
      deps.presence.setProperties(run, times);
      return `${run.name} sets its properties ${times} times`;
    }
    const what = deps.presence.toggle(run, deps.random.integer(0, 3));
    deps.presence.send(run);
    return `${run.name} ${what}`;
  },
};

export const disconnect: Action = {
  name: 'disconnect',
  weight: 2,
  run(deps) {
    const pair = anyTwo(deps);
    if (!pair) return notApplicable;
    const [from, to] = pair;
    from.disconnectedFrom.add(to.at);
    to.run?.disconnectedFrom.add(from.host.at);
    from.node.disconnect(to.id).catch(() => undefined);
    return `${from.name} disconnects from host ${to.at}`;
  },
};

export const connect: Action = {
  name: 'connect',
  weight: 2,
  run(deps) {
    const pair = anyTwo(deps);
    const target = pair?.[1].run;
    if (!pair || !target?.up) return notApplicable;
    pair[0].node.connect(deps.network.addressOf(target.node)).catch(() => undefined);
    return `${pair[0].name} connects to ${target.name}`;
  },
};
