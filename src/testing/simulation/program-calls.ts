import { anyTwo, type Fault, nobody } from './fault.ts';

const streamMs = 10;

export const messages: Fault = {
  name: 'messages',
  weight: 30,
  happen(world) {
    const pair = anyTwo(world);
    if (!pair) return nobody;
    const [from, to] = pair;
    const count = world.chance.between(1, 12);
    const bytes = world.chance.chance(0.1) ? world.chance.between(10_000, 200_000) : world.chance.between(0, 200);
    const volatile = world.chance.chance(0.1);
    for (let no = 0; no < count; no += 1) world.letters.send(from, to, { bytes, volatile });
    return `${from.name} sends ${count} messages of ${bytes} bytes to host ${to.at}`;
  },
};

export const stream: Fault = {
  name: 'stream',
  weight: 1,
  happen(world) {
    const pair = anyTwo(world);
    if (!pair) return nobody;
    const [from, to] = pair;
    let left = world.chance.between(50, 200);
    const what = `${from.name} sends host ${to.at} ${left} messages, one every ${streamMs} ms`;
    function next(): void {
      if (!from.up || left === 0) return;
      left -= 1;
      if (!from.clock.frozen) world.letters.send(from, to, { bytes: 10, volatile: false });
      world.clock.setTimeout(next, streamMs);
    }
    next();
    return what;
  },
};

export const disconnect: Fault = {
  name: 'disconnect',
  weight: 2,
  happen(world) {
    const pair = anyTwo(world);
    if (!pair) return nobody;
    const [from, to] = pair;
    from.parted.add(to.at);
    to.run?.parted.add(from.host.at);
    from.node.disconnect(to.id).catch(() => undefined);
    return `${from.name} disconnects from host ${to.at}`;
  },
};

export const connect: Fault = {
  name: 'connect',
  weight: 2,
  happen(world) {
    const pair = anyTwo(world);
    const target = pair?.[1].run;
    if (!pair || !target?.up) return nobody;
    pair[0].node.connect(world.network.addressOf(target.node)).catch(() => undefined);
    return `${pair[0].name} connects to ${target.name}`;
  },
};
