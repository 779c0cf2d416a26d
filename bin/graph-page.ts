/** The page that shows the graph of a stage, for `nimbusc graph --format html` and for the console of `nimbusc dev`. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CheckResult } from '../compiler/pipeline.js';
import { base } from './package-info.js';

type GraphJson = CheckResult['graphs'][number];

export interface GraphPageOptions {
  readonly before: GraphJson | null;
  /** By default what suits the size. */
  readonly group?: 'class' | 'folder' | undefined;
  readonly closed?: boolean | undefined;
  /** `vscode://file/home/me/project/{file}:{line}:{column}`, or null. */
  readonly editor: string | null;
}

export async function graphPage(graph: GraphJson, { before, group, closed, editor }: GraphPageOptions): Promise<string> {
  const pictures = await import('../compiler/pictures/index.js');
  const picture = pictures.pictureOf(graph, before);
  const large = pictures.isLarge(picture);
  const data = { picture, group: group ?? (large ? 'folder' : 'class'), closed: closed ?? large, editor };
  return pictures.renderHtml(data, fs.readFileSync(path.join(base, 'pictures', 'page.js'), 'utf8'));
}
