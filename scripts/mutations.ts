// Breaks the machines, the policies and the session logic in many ways, one at a time, and shows that the simulation
// notices each: npm run mutations [-- seeds [part of a name]]
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutations } from './mutations/list.ts';
import { lookFor } from './mutations/look.ts';

const seeds = Number(process.argv[2] ?? 500);
const wanted = process.argv[3] ?? '';
const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'lanpeer-mutations-'));
const chosen = mutations.filter((one) => one.name.includes(wanted));
let missed = 0;
try {
  for (const part of ['src', 'test/support/sim', 'package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const sound = await lookFor(copy, seeds);
  if (sound) throw new Error(`Without a mutation something is wrong: ${sound}`);
  console.log(`unchanged: nothing wrong in ${seeds} seeds`);
  for (const { name, file, from, to } of chosen) {
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    if (before.split(from).length !== 2)
      throw new Error(`${name}: ${file} has changed, it does not have that once: ${from}`);
    writeFileSync(
      path,
      before.replace(from, () => to),
    );
    const caught = await lookFor(copy, seeds);
    writeFileSync(path, before);
    if (!caught) missed += 1;
    console.log(`${caught ? 'caught' : 'MISSED'}: ${name}${caught ? ` (${caught})` : ''}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`\n${chosen.length - missed} of ${chosen.length} mutations caught`);
process.exitCode = missed === 0 ? 0 : 1;
