/** `nimbusc graph`: the graph of one stage on standard output, as data or as a picture. */
import * as fs from 'node:fs';
import process from 'node:process';
import { type CheckResult, type CompileOptions, check, jsonText } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { GitError } from '../git-host.js';
import { graphPage } from '../graph-page.js';
import { report } from '../report.js';
import { NoSuchSide, Sides } from '../sides.js';

export interface GraphArgs extends CommonArgs {
  /** A commit, a folder, or a `graph.json` of another build. */
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
    const found = await graphBefore(args.diff, graph, args, pictures.readGraph);
    if (typeof found === 'number') return found;
    before = found;
  }
  const picture = pictures.pictureOf(graph, before);
  const large = pictures.isLarge(picture);
  const asked = args.group === 'class' || args.group === 'folder' ? args.group : undefined;
  if (large && args.collapse === undefined && !args.quiet) {
    process.stderr.write(
      `More than ${pictures.MANY_FUNCTIONS} functions: groups are closed; --no-collapse shows each function\n`,
    );
  }
  if (args.format === 'html') {
    process.stdout.write(await graphPage(graph, { before, group: asked, closed: args.collapse, editor: args.editor ?? null }));
    return EXIT.done;
  }
  const closed = args.collapse ?? large;
  const view = pictures.viewOf(picture, { group: asked ?? (large ? 'folder' : 'class'), closed: () => closed });
  const render = { svg: pictures.renderSvg, mermaid: pictures.renderMermaid, dot: pictures.renderDot }[args.format ?? ''];
  process.stdout.write((render ?? pictures.renderSvg)(view));
  return EXIT.done;
}

/** The graph that the one at hand is compared with; the exit code when it was said why there is none. */
async function graphBefore(
  name: string,
  graph: GraphJson,
  args: GraphArgs,
  readGraph: (text: string) => GraphJson | null,
): Promise<GraphJson | number> {
  if (fs.statSync(name, { throwIfNoEntry: false })?.isFile()) {
    return readGraph(fs.readFileSync(name, 'utf8')) ?? usage(`${name} is no graph.json of this version of nimbusc`);
  }
  let options: CompileOptions;
  try {
    // What a commit has in common with the project is not in its cache, since nothing of it is written.
    options = { ...new Sides(compileOptions(args)).of(name), toolId: null, stages: [] };
  } catch (error) {
    if (!(error instanceof NoSuchSide) && !(error instanceof GitError)) throw error;
    process.stderr.write(`nimbusc: ${error.message}\n`);
    return error instanceof GitError ? EXIT.outside : EXIT.usage;
  }
  const nothing = { ...graph, nodes: [], edges: [] };
  if (options.host.kind(options.projectDir) !== 'folder') return nothing;
  const result = await check(options);
  if (result.failed || result.crash !== null) {
    process.stderr.write(`nimbusc: ${name} does not compile:\n\n`);
    return report(result, options, { ...args, format: 'pretty' });
  }
  return result.graphs.find(({ stage }) => stage === graph.stage) ?? nothing;
}

/** An address that runs a script in the page is no editor. */
const isEditor = (text: string): boolean =>
  text.includes('{file}') && /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^(javascript|data|vbscript):/i.test(text);

function usage(message: string): number {
  process.stderr.write(`nimbusc: ${message}\n`);
  return EXIT.usage;
}
