/**
 * What `build` does after `check` but for bundling and writing, on a generated project in a process of its own: lowers the plans
 * and puts the Terraform modules together. `node out/bench/diff/lowering.js DIR` prints the seconds that it takes.
 */
import { join } from 'node:path';
import { nodeHost } from '../../bin/node-host.js';
import { openCache } from '../../compiler/cache/compiler-cache.js';
import { compileModules } from '../../compiler/compile-modules.js';
import type { LoweredStage, Provider } from '../../compiler/provider.js';
import { createAws } from '../../providers/aws/index.js';
import { repositoryRoot } from '../generate.js';

const [projectDir = ''] = process.argv.slice(2);
const base = join(repositoryRoot(), 'dist');
const aws = createAws(base);
let seconds = 0;

async function timed<T>(work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  seconds += (performance.now() - start) / 1000;
  return result;
}

const provider: Provider = {
  ...aws,
  lowerStage: (plan, fragments) =>
    timed(async (): Promise<LoweredStage> => {
      const stage = await aws.lowerStage(plan, fragments);
      return { withArtifacts: (artifacts, sink) => timed(() => stage.withArtifacts(artifacts, sink)) };
    }),
};
const compiled = await compileModules(
  {
    host: nodeHost,
    projectDir,
    configFile: null,
    stages: [],
    out: null,
    provider,
    runtimeDir: join(base, 'runtime'),
    version: '',
    toolId: null,
  },
  openCache(null),
);
const { failed } = await compiled.finish(() => false);
if (failed) throw new Error(`${projectDir} does not compile`);
process.stdout.write(`${JSON.stringify({ seconds })}\n`);
