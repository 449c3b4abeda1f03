import { readdirSync, readFileSync } from 'node:fs';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

function format(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as Manifest;
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? `License: ${license}` : readFileSync(`${folder}${file}`, 'utf8').trim();
  return `${name} ${version}\n\n${text}\n`;
}

/** The licences of packages, by their folders: most ask to be shipped with copies of the code. */
export function formatLicences(folders: ReadonlySet<string>): string {
  const separator = `\n${'-'.repeat(80)}\n\n`;
  return `The code of these packages is part of lanpeer.\n${separator}${[...folders].map(format).sort().join(separator)}`;
}
