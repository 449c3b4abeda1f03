import { styleText } from 'node:util';

/** Colours and weights that the command line uses. */
export type Style =
  | 'bold'
  | 'dim'
  | 'green'
  | 'red'
  | 'yellow'
  | 'cyan'
  | 'magenta'
  | 'blue'
  | 'inverse'
  | 'white-on-black';

/** Gives text a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Styles what a stream shows: none where it is no terminal, where `NO_COLOR` is set, or where the terminal has no colours. */
export const paintOf =
  (stream: NodeJS.WriteStream): Paint =>
  (style, text) =>
    styleText(style === 'white-on-black' ? ['whiteBright', 'bgBlack'] : style, text, { stream });

/** Leaves text as it is. */
export const plain: Paint = (_style, text) => text;
