/** What may be printed where: machine output on stdout, everything for people on stderr, colour only where it is wanted. */
import process from 'node:process';

export interface Terminal {
  readonly color: boolean;
  readonly width: number;
}

/** `wanted`: the --color flag. https://no-color.org; CI logs are read in browsers and files. */
export function terminalOf(stream: NodeJS.WriteStream, wanted: boolean): Terminal {
  const { NO_COLOR, CI, TERM } = process.env;
  const color = wanted && stream.isTTY === true && (NO_COLOR ?? '') === '' && (CI ?? '') === '' && TERM !== 'dumb';
  return { color, width: stream.isTTY === true ? stream.columns : 100 };
}
