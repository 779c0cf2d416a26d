/**
 * `nimbusc review` of a plan of some 5,000 resources, made of what a build of a generated project has written: the time of the
 * whole process, and its peak of memory.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchProject } from '../builds.js';
import { measureMemory, measureNode } from '../measure.js';
import { nimbuscCli } from '../nimbusc.js';
import { markdownTable } from '../report.js';
import { median } from '../statistics.js';
import { planOf } from './plan.js';

/** Of which a stage has 5,000 resources. */
const HANDLERS = 735;
const MEBIBYTE = 1024 * 1024;

export async function measureReview(runs: number, parent: string): Promise<string> {
  const project = new BenchProject(parent, HANDLERS);
  await project.ensureBuilt();
  const { text, resources } = planOf(readFileSync(join(project.folder, 'nimbus.out', 'dev', 'cdk.tf.json'), 'utf8'));
  const file = join(project.folder, 'plan.json');
  writeFileSync(file, text);
  const command = [nimbuscCli, 'review', file, '--project', project.folder, '--format', 'markdown', '--fail-on', 'none'];
  // The first warms the disk's cache.
  const { largestProcess } = await measureMemory(command, project.folder);
  const seconds: number[] = [];
  for (let round = 0; round < runs; round++) seconds.push((await measureNode(command, project.folder)).seconds);
  rmSync(project.folder, { recursive: true, force: true });
  const row = [resources, (Buffer.byteLength(text) / MEBIBYTE).toFixed(0), median(seconds).toFixed(2), largestProcess.toFixed(0)];
  return markdownTable(['resources', 'plan, MiB', 'seconds', 'MiB of memory', 'aim'], [[...row, 'under 2 s, 500 MiB']]);
}
