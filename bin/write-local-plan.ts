/** What the process for the local cloud does: compiles a project, and writes the result for whoever has started it. */
import * as path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { renderText } from '../compiler/diagnostics/render-text.js';
import type { LocalPlanResult } from '../compiler/local-plan.js';
import { catalogueOf, localPlan } from '../compiler/pipeline.js';
import { createAws } from '../providers/aws/index.js';
import { nodeHost } from './node-host.js';
import { base, toolId, version } from './package-info.js';

/** `project`: its folder. `stage`: the one that is wanted, or all. */
export async function writeLocalPlan(project: string, stage: string | undefined): Promise<void> {
  const provider = createAws(base);
  const runtimeDir = path.join(base, 'runtime');
  const result = await localPlan({
    host: nodeHost,
    projectDir: nodeHost.realPath(path.resolve(project)),
    configFile: null,
    stages: stage === undefined ? [] : [stage],
    out: null,
    provider,
    runtimeDir,
    runtimeUrl: pathToFileURL(path.join(runtimeDir, 'index.js')).href,
    version: version(),
    toolId: toolId(),
  });
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  const context = { texts: result.texts, toolVersion: version(), catalogue: catalogueOf(provider), color: false, width: 120 };
  const answer: LocalPlanResult = {
    diagnostics: errors.length === 0 ? '' : renderText(errors, context),
    failed: result.failed,
    plans: result.plans,
    classes: result.classes,
  };
  process.stdout.write(JSON.stringify(answer));
}
