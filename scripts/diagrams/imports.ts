import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';

/** `run`: when the file is loaded; `demand`: when it is needed; `type`: gone once it is compiled. */
export type ImportKind = 'run' | 'demand' | 'type';

export interface Import {
  readonly from: string;
  readonly to: string;
  readonly kind: ImportKind;
}

function* within(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* within(child);
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node && ts.isStringLiteralLike(node) ? node.text : undefined;

function* namedIn(source: ts.SourceFile): Generator<readonly [name: string | undefined, kind: ImportKind]> {
  for (const node of within(source)) {
    // With `verbatimModuleSyntax` only the whole statement can be a type's: `import { type A }` loads the file.
    if (ts.isImportDeclaration(node))
      yield [textOf(node.moduleSpecifier), node.importClause?.isTypeOnly === true ? 'type' : 'run'];
    else if (ts.isExportDeclaration(node)) yield [textOf(node.moduleSpecifier), node.isTypeOnly ? 'type' : 'run'];
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      yield [textOf(node.argument.literal), 'type'];
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      yield [textOf(node.arguments[0]), 'demand'];
  }
}

/** What a file imports from files beside it; packages are left out. */
export function importsOf(path: string, text: string): Import[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return [...namedIn(source)].flatMap(([name, kind]) =>
    name?.startsWith('.') ? [{ from: path, to: normalize(join(dirname(path), name)), kind }] : [],
  );
}

/** The same of every file of a folder, in an order that does not depend on the disk. */
export function importsIn(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => importsOf(name, readFileSync(join(folder, name), 'utf8')));
}
