/** `nimbusc graph`: the graph of one stage on standard output, as data or as a picture. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import { type CheckResult, check, jsonText } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { base } from '../package-info.js';
import { report } from '../report.js';

export interface GraphArgs extends CommonArgs {
  /** A `graph.json` of another build. */
  readonly diff: string | undefined;
  readonly group: string | undefined;
  readonly collapse: boolean | undefined;
  readonly editor: string | undefined;
}

type GraphJson = CheckResult['graphs'][number];

export async function graphCommand(args: GraphArgs): Promise<number> {
  if (args.stage.length > 1) return usage('a graph shows one stage; give --stage once');
  const picture = args.format !== undefined && args.format !== 'json';
  if (!picture && [args.diff, args.group, args.collapse, args.editor].some((one) => one !== undefined)) {
    return usage('--diff, --group, --collapse and --editor are for pictures; give --format svg, html, mermaid or dot');
  }
  if (args.editor !== undefined && !isEditor(args.editor)) {
    return usage('--editor is an address with {file} in it, such as vscode://file/PATH/OF/PROJECT/{file}:{line}:{column}');
  }
  const options = compileOptions(args);
  const result = await check(options);
  const code = report(result, options, { ...args, format: 'pretty' });
  if (code !== EXIT.done) return code;
  const [first, ...others] = result.graphs;
  if (first === undefined) return EXIT.done;
  if (others.length > 0 && !args.quiet) {
    process.stderr.write(`This is the stage ${first.stage}. Others: ${others.map((g) => `--stage ${g.stage}`).join(', ')}\n`);
  }
  if (picture) return writePicture(first, args);
  process.stdout.write(jsonText(first));
  return EXIT.done;
}

async function writePicture(graph: GraphJson, args: GraphArgs): Promise<number> {
  const pictures = await import('../../compiler/pictures/index.js');
  let before: GraphJson | null = null;
  if (args.diff !== undefined) {
    let text: string;
    try {
      text = fs.readFileSync(args.diff, 'utf8');
    } catch (error) {
      return usage(`${args.diff} cannot be read: ${(error as Error).message}`);
    }
    before = pictures.readGraph(text);
    if (before === null) return usage(`${args.diff} is no graph.json of this version of nimbusc`);
  }
  const picture = pictures.pictureOf(graph, before);
  const large = pictures.isLarge(picture);
  const group = args.group === 'class' || args.group === 'folder' ? args.group : large ? 'folder' : 'class';
  const closed = args.collapse ?? large;
  if (large && args.collapse === undefined && !args.quiet) {
    process.stderr.write(
      `More than ${pictures.MANY_FUNCTIONS} functions: groups are closed; --no-collapse shows each function\n`,
    );
  }
  if (args.format === 'html') {
    const script = fs.readFileSync(path.join(base, 'pictures', 'page.js'), 'utf8');
    process.stdout.write(pictures.renderHtml({ picture, group, closed, editor: args.editor ?? null }, script));
    return EXIT.done;
  }
  const view = pictures.viewOf(picture, { group, closed: () => closed });
  const render = { svg: pictures.renderSvg, mermaid: pictures.renderMermaid, dot: pictures.renderDot }[args.format ?? ''];
  process.stdout.write((render ?? pictures.renderSvg)(view));
  return EXIT.done;
}

/** An address that runs a script in the page is no editor. */
const isEditor = (text: string): boolean =>
  text.includes('{file}') && /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^(javascript|data|vbscript):/i.test(text);

function usage(message: string): number {
  process.stderr.write(`nimbusc: ${message}\n`);
  return EXIT.usage;
}
