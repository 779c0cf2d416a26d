/** The composition root: puts the host, the provider and the installed files together for a command. */
import * as path from 'node:path';
import type { CompileOptions } from '../compiler/pipeline.js';
import { createAws } from '../providers/aws/index.js';
import type { CommonArgs } from './cli.js';
import { nodeHost } from './node-host.js';
import { base, toolId, version } from './package-info.js';

export function compileOptions(args: CommonArgs): CompileOptions {
  // With links resolved: esbuild names files by their real paths, and a project has one name in all that is written.
  const projectDir = nodeHost.realPath(path.resolve(args.project));
  return {
    host: nodeHost,
    projectDir,
    configFile: args.config === undefined ? null : path.resolve(args.config),
    stages: args.stage,
    out: args.out === undefined ? null : path.relative(projectDir, path.resolve(args.out)) || '.',
    provider: createAws(base),
    runtimeDir: path.join(base, 'runtime'),
    version: version(),
    toolId: args.cache ? toolId() : null,
  };
}
