/** `nimbusc explain`: everything about a function or resource of the project; or the long text of a diagnostic. */
import process from 'node:process';
import { closestCode, findEntry } from '../../compiler/diagnostics/catalogue.js';
import { renderExplain } from '../../compiler/diagnostics/render-explain.js';
import { catalogueOf, check, type Explanation, jsonText } from '../../compiler/pipeline.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { compileOptions } from '../compile-options.js';
import { report } from '../report.js';
import { terminalOf } from '../terminal.js';

type StageEntry = Explanation['stages'][number];
type Permission = StageEntry['permissions'][number];

export async function explainCommand(name: string, args: CommonArgs): Promise<number> {
  const options = compileOptions(args);
  const catalogue = catalogueOf(options.provider);
  const entry = findEntry(catalogue, name);
  if (entry !== null) {
    process.stdout.write(renderExplain(entry, terminalOf(process.stdout, args.color)));
    return EXIT.done;
  }
  const nearest = closestCode(catalogue, name);
  const noDiagnostic = `there is no diagnostic ${name}${nearest === null ? '' : `; did you mean ${nearest}?`}`;
  if (/^(nim)?\d+$/i.test(name)) return unknown(noDiagnostic);
  const result = await check(options);
  // Without a project there are only diagnostics to be explained.
  if (result.diagnostics.some(({ code }) => code === 'NIM1001')) return unknown(noDiagnostic);
  if (result.failed) return report(result, options, { ...args, format: 'pretty' });
  const explanation = await result.explain(name);
  if (explanation === null) return unknown(`${noDiagnostic}, and no function or resource of that name`);
  process.stdout.write(args.format === 'json' ? jsonText({ schemaVersion: 1, ...explanation }) : textOf(explanation));
  return EXIT.done;
}

function unknown(problem: string): number {
  process.stderr.write(`nimbusc: ${problem}\n`);
  return EXIT.usage;
}

function textOf({ name, kind, source, stages }: Explanation): string {
  const head = `${name}: ${kind.replaceAll('-', ' ')}, ${source.file}:${source.line}`;
  return `${[head, ...stages.map((stage) => stageText(stage).join('\n'))].join('\n\n')}\n`;
}

function stageText({ stages, function: fn, permissions, listeners, bundle }: StageEntry): readonly string[] {
  const lines = [`in ${stages.join(', ')}`];
  if (fn !== null) {
    lines.push(`  triggered by  ${fn.triggers.join(', ')}`);
    lines.push(`  settings      ${fn.timeoutSeconds} s, ${fn.memoryMb} MB`);
    if (fn.environment.length > 0) lines.push(`  environment   ${fn.environment.join(', ')}`);
  } else if (listeners.length > 0) lines.push(`  triggers      ${listeners.join(', ')}`);
  if (permissions.length > 0) lines.push('  permissions');
  for (const permission of permissions) lines.push(...permissionText(permission, fn === null));
  if (fn !== null) lines.push(...bundleText(bundle));
  return lines;
}

const SOURCES: Readonly<Record<string, string>> = {
  '.': 'code of the project',
  nimbusc: 'runtime of nimbusc',
  '@aws-sdk': 'clients of AWS (@aws-sdk)',
};

function bundleText(bundle: StageEntry['bundle']): readonly string[] {
  if (bundle === null) return ['  bundle        cannot be made; `nimbusc build` says why'];
  const parts = bundle.parts.map(({ source, bytes, percent }) => ({
    name: SOURCES[source] ?? source,
    bytes: grouped(bytes),
    percent: `${percent.toFixed(1)} %`,
  }));
  const width = (key: 'name' | 'bytes'): number => Math.max(...parts.map((part) => part[key].length));
  const [names, figures] = [width('name'), width('bytes')];
  return [
    `  bundle        ${grouped(bundle.packedBytes)} bytes zipped, ${grouped(bundle.unpackedBytes)} unzipped, of which`,
    ...parts.map(
      ({ name, bytes, percent }) => `    ${name.padEnd(names)}  ${bytes.padStart(figures)} bytes  ${percent.padStart(7)}`,
    ),
  ];
}

/** 12,345 */
function grouped(bytes: number): string {
  return String(bytes).replace(/\B(?=(\d{3})+$)/g, ',');
}

function permissionText(permission: Permission, withFunction: boolean): readonly string[] {
  const { actions, resource, because, declared } = permission;
  const what = `${withFunction ? `${permission.function}: ` : ''}${actions.join(', ')} on ${resource}`;
  if (because.length === 0) return [`    ${what}, because ${declared?.file}:${declared?.line} declares it`];
  return because.map(({ place, call, path }) => {
    const via = path.length > 1 ? ` (via ${path.join(' > ')})` : '';
    return `    ${what}, because ${place.file}:${place.line} ${call}${via}`;
  });
}
